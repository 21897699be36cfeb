"""Invented websites on loopback that fail in one way each, week by week, and what is true of each of their pages."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from benchmarks.faulty import CLUBS, HTML, Answer, Behaviour, Server, club, faulty, good, page

WEEKS = 7
PAGES = 6  # of services, a site
GONE = (0, 1, 2)  # the pages of a site that fail, where not all of them do
Say = Callable[[BaseHTTPRequestHandler, str, int], Answer | bool | None]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A site that fails in one way: `say` answers a request of a page for that week (None: as when all is well);
    `whole` where all of its pages do. `truth` is what is true of the failing pages at the end: dead or alive. `nothing`
    answers for addresses that never were; None takes a plain 404. `closes_port` in that week, for good."""

    name: str
    truth: str
    say: Say = lambda handler, path, week: None
    whole: bool = False
    nothing: Callable[[str], Answer] | None = None
    closes_port: int | None = None
    front: Say = lambda handler, path, week: None


def html(title: str, body: str, status: int = 200, **headers: str) -> Answer:
    head = f"<head><meta charset=utf-8><title>{title}</title></head>"
    text = f"<!doctype html><html lang=en>{head}<body>{body}</body></html>"
    return status, {"Content-Type": HTML, **{k.replace("_", "-"): v for k, v in headers.items()}}, text.encode()


def framed(title: str, body: str) -> Answer:
    return 200, {"Content-Type": HTML}, page(title, body)


def noise(path: str) -> str:
    """Words that differ from answer to answer: a token, a time, three suggestions."""
    chance = random.Random(f"{path}{time.monotonic()}")  # noqa: S311 (no secret)
    picks = chance.sample(CLUBS, 3)
    token = hashlib.sha256(str(chance.random()).encode()).hexdigest()
    listed = "".join(f"<li>{one}</li>" for one in picks)
    return f"<input type=hidden value={token}><ul>{listed}</ul><p>{chance.random()}</p>"


# How site builders say with 200 that there is no such page.
STYLES: dict[str, Callable[[str], Answer]] = {
    "blog": lambda path: framed(
        "Page not found",
        "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. "
        "Maybe try a search?</p><form><input name=s></form>",
    ),
    "drag and drop": lambda path: framed(
        "Error 404",
        "<h1>404</h1><h2>This page isn’t available. Sorry about that.</h2><p>Try searching for something else.</p>",
    ),
    "designer": lambda path: framed(
        "Page not found",
        "<h1>We couldn’t find the page you were looking for.</h1><p>This is either because: there is an "
        "error in the URL entered into your web browser, or the page you are looking for has been moved or deleted. "
        "You can return to our homepage, or search for what you need.</p>",
    ),
    "framework": lambda path: framed(
        "Page not found", f"<h1>Page not found</h1><p>The requested page &quot;{path}&quot; could not be found.</p>"
    ),
    "portal": lambda path: framed(
        "404",
        f"<h1>404 - Article not found</h1><p>You may not be able to visit this page because of an out-of-date "
        f"bookmark. Please try one of the following pages: Home.</p>{noise(path)}",
    ),
    "directory": lambda path: framed(
        "Service not found",
        "<h1>Sorry, this service could not be found</h1><p>The listing may have been removed by its "
        f"owner. Search the directory again.</p>{noise(path)}",
    ),
    "bare": lambda path: html("Not Found", "<h1>Not Found</h1><p>Home</p>"),
    "notes": lambda path: html(
        "Nothing here", "<h1>Sorry, the page you were looking for does not exist.</h1><p>Back to the start.</p>"
    ),
}
WALL = "<h1>Just a moment...</h1><p>Checking your browser before you can go on. Ray ID: 1</p><script>1</script>"
LOGIN = "<h1>Members</h1><form method=post><input name=user><input type=password name=p><button>Go</button></form>"
COOKIES = (
    "<h1>Before you continue</h1><p>We use cookies and similar technologies to run this website. Choose whether you "
    "accept all cookies.</p><button>Accept all</button><button>Reject all</button><button>Manage preferences</button>"
)
PARKED = "<h1>fenmarsh-example</h1><p>This domain is for sale. Buy this domain. Related searches: clubs, gardens.</p>"
UNPAID = "<h1>Account Suspended</h1><p>This account has been suspended. Contact your hosting provider.</p>"
REPAIRS = "<h1>Down for maintenance</h1><p>We will be back soon.</p>"
SHELL = '<div id="root"></div><noscript>You need to enable JavaScript.</noscript><script src=/a.js></script>'


def always(answer: Answer | Callable[[str], Answer], *, weeks: frozenset[int] | None = None) -> Say:
    """The answer in these weeks, in all where none are named."""

    def say(handler: BaseHTTPRequestHandler, path: str, week: int) -> Answer | None:
        if weeks is not None and week not in weeks:
            return None
        return answer if isinstance(answer, tuple) else answer(path)

    return say


def lead_to(where: str) -> Answer:
    return 302, {"Location": where}, b""


def drip(handler: BaseHTTPRequestHandler, path: str, week: int) -> bool:
    time.sleep(4)
    return True


def half(handler: BaseHTTPRequestHandler, path: str, week: int) -> bool:
    body = club(int(path[8:]))
    handler.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode())
    handler.wfile.write(body[: len(body) // 2])
    return True


def hang_up(handler: BaseHTTPRequestHandler, path: str, week: int) -> bool:
    handler.connection.close()
    return True


def trap(path: str) -> Answer:
    links = "".join(f'<a href="{path}?month={n}">Month {n}</a> ' for n in range(12))
    return html("Events calendar", f"<h1>Events calendar</h1>{links}")


def weeks(*which: int) -> frozenset[int]:
    return frozenset(which)


GONE_404 = html("Not found", "<h1>Not found</h1>", 404)


def cases() -> tuple[Case, ...]:
    """Every case; half of them are of pages that are dead at the end."""
    refusals = {
        "403": html("Forbidden", "<h1>403 Forbidden</h1>", 403),
        "429": html("Too many", "<h1>Too many requests</h1>", 429, Retry_After="1"),
        "500": html("Error", "<h1>Internal Server Error</h1>", 500),
        "503": html("Busy", "<h1>Service unavailable</h1>", 503),
        "challenge with 503": html("Just a moment...", WALL, 503),
        "challenge with 200": html("Just a moment...", WALL),
        "members only": html("Private", "<h1>Private</h1>", 401),
        "login with 200": html("Sign in", LOGIN),
        "cookie wall": html("Before you continue", COOKIES),
        "maintenance with 200": html("Maintenance", REPAIRS),
        "app shell": html("App", SHELL),
        "database error": html("Oh", "<p>Error establishing a database connection</p>"),
        "calendar trap": trap("/groups/"),
    }
    return (
        *(
            Case(name=f"page not found, 200: {name}", truth="dead", say=always(style), nothing=style)
            for name, style in STYLES.items()
        ),
        Case(name="404", truth="dead", say=always(GONE_404)),
        Case(name="410", truth="dead", say=always(html("Gone", "<h1>Gone</h1>", 410))),
        Case(name="404 on the whole site", truth="dead", say=always(GONE_404), whole=True),
        Case(name="404, and an error in between", truth="dead", say=_mixed),
        Case(name="leads to the front page", truth="dead", say=always(lead_to("/")), nothing=lambda path: lead_to("/")),
        Case(
            name="parked",
            truth="dead",
            say=always(html("fenmarsh", PARKED)),
            whole=True,
            front=always(html("x", PARKED)),
        ),
        Case(
            name="account suspended",
            truth="dead",
            say=always(html("x", UNPAID)),
            whole=True,
            front=always(html("x", UNPAID)),
        ),
        Case(name="nobody listens", truth="dead", whole=True, closes_port=1),
        *(Case(name=f"{name}, pages", truth="alive", say=always(answer)) for name, answer in refusals.items()),
        *(
            Case(name=f"{name}, site", truth="alive", say=always(answer), whole=True, front=always(answer))
            for name, answer in refusals.items()
        ),
        Case(name="one bad week: 404", truth="alive", say=always(GONE_404, weeks=weeks(3)), whole=True),
        Case(name="two bad weeks: 404", truth="alive", say=always(GONE_404, weeks=weeks(3, 4)), whole=True),
        Case(name="one bad week: parked", truth="alive", say=always(html("x", PARKED), weeks=weeks(2)), whole=True),
        Case(name="every second week 404", truth="alive", say=always(GONE_404, weeks=weeks(1, 3, 5))),
        Case(name="slow", truth="alive", say=drip),
        Case(name="cut short", truth="alive", say=half),
        Case(name="hangs up", truth="alive", say=hang_up),
        Case(
            name="leads in a circle",
            truth="alive",
            say=lambda h, path, w: lead_to(f"{path}?x" if "?" not in h.path else path),
        ),
        Case(name="moved", truth="alive", say=lambda h, path, w: lead_to(path.replace("/groups/", "/clubs/"))),
        Case(name="front page says not found", truth="alive", front=always(STYLES["blog"]("/"))),
        Case(name="login at another address", truth="alive", say=always(lead_to("/login"))),
        Case(name="all is well", truth="alive"),
    )


def _mixed(handler: BaseHTTPRequestHandler, path: str, week: int) -> Answer:
    return html("Error", "<h1>Internal Server Error</h1>", 500) if week in (2, 4) else GONE_404


@dataclass
class Sites:
    """The running sites, each with its case, and the week that it is."""

    servers: list[tuple[Case, Server, str]]
    week: int = 0

    def truth(self, url: str) -> str:
        """dead or alive, of the page at that address."""
        for case, _, base in self.servers:
            if url.startswith(f"{base}/"):
                path = url.removeprefix(base)
                fails = path.startswith("/groups/") and (case.whole or int(path[8:]) in GONE)
                return case.truth if fails else "alive"
        raise KeyError(url)

    def case_of(self, url: str) -> str:
        return next(case.name for case, _, base in self.servers if url.startswith(f"{base}/"))

    def close_ports(self) -> None:
        for case, server, _ in self.servers:
            if case.closes_port == self.week:
                server.shutdown()
                server.server_close()


@contextmanager
def running(first_port: int) -> Iterator[Sites]:
    """All sites while the context lasts, each on a port of its own; in week 0 all is well."""
    sites = Sites(servers=[])
    with ExitStack() as stack:
        for number, case in enumerate(cases()):
            server = stack.enter_context(faulty(first_port + number))
            town = f"Town{number:02d}"
            server.behaviour = _behaviour(case, sites, town)
            sites.servers.append((case, server, f"http://127.0.0.1:{first_port + number}"))
        yield sites


def _behaviour(case: Case, sites: Sites, town: str) -> Behaviour:
    pages = {path: (status, head, _of_town(body, town)) for path, (status, head, body) in _good().items()}
    moved = {path.replace("/groups/", "/clubs/"): answer for path, answer in pages.items() if path[8:]}
    login = {"/login": html("Sign in", LOGIN)}

    def before(handler: BaseHTTPRequestHandler, path: str) -> Answer | bool | None:
        if path == "/robots.txt" or sites.week == 0:
            return None
        if path == "/":
            return case.front(handler, path, sites.week)
        if path.startswith("/groups/") and path[8:].isdigit() and path in pages:
            fails = case.whole or int(path[8:]) in GONE
            return case.say(handler, path, sites.week) if fails else None
        if path in pages or path in moved or path in login:
            return None
        return case.nothing(path) if case.nothing else None

    return Behaviour(pages={**pages, **moved, **login}, before=before)


def _good() -> dict[str, Answer]:
    """The site as it should be: a front page, a listing, its services, a page about the trust."""
    pages = {path: one for path, one in good().items() if not path[8:] or int(path[8:]) < PAGES}
    links = "".join(f'<li><a href="/groups/{n}">{name}</a></li>' for n, name in enumerate(CLUBS[:PAGES]))
    return pages | {"/groups/": framed("Our groups", f"<h1>Our groups</h1><ul>{links}</ul>")}


def _of_town(body: bytes, town: str) -> bytes:
    text = body.decode().replace("Fenmarsh", town)
    for name in CLUBS:
        text = text.replace(name, f"{name} of {town}")
    return text.encode()
