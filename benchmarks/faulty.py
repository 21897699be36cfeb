"""A small invented website on loopback that can be told to misbehave: one behaviour a fault, each with its cause."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Answer = tuple[int, dict[str, str], bytes]
HTML = "text/html; charset=utf-8"
CLUBS = ("Willow Gardeners", "Brass Band for Beginners", "Tea and Company", "Walking for Wellbeing", "Mending Circle")
CLUBS += ("Carers' Coffee Morning", "Choir of the Marsh", "Chair Yoga", "Fathers' Breakfast", "Grief Walks")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def page(title: str, body: str) -> bytes:
    menu = '<nav><a href="/">Home</a> <a href="/groups/">Our groups</a> <a href="/about">About us</a>'
    menu += ' <a href="/admin/">For staff</a></nav>'
    foot = "<footer>Fenmarsh Community Trust, registered charity. Old Station Yard, Fenmarsh.</footer>"
    head = f'<head><meta charset="utf-8"><title>{title} - Fenmarsh Community Trust</title></head>'
    return f"<!doctype html><html lang=en>{head}<body>{menu}<main>{body}</main>{foot}</body></html>".encode()


def club(number: int) -> bytes:
    name, day = CLUBS[number], DAYS[number % 5]
    text = (
        f"<h1>{name}</h1><p>{name} is a friendly weekly group for adults who feel lonely or low and want company. "
        f"We help people to make friends and look after their mental wellbeing.</p>"
        f"<h2>When and where</h2><p>Every {day} from {1 + number % 4}pm to {3 + number % 4}pm at the Old Station, "
        f"Yard Lane, Fenmarsh ZZ9{number} 1AA.</p><h2>Cost</h2><p>{name} is free of charge.</p>"
        f"<h2>How to join</h2><p>Anyone aged 18 or over may come to {name}. You can refer yourself: ring 0113 496 "
        f"0{100 + number} or write to {name.split()[0].lower().strip(chr(39))}@fenmarsh.example.</p>"
    )
    return page(name, text)


def good() -> dict[str, Answer]:
    """The site as it should be: a front page, a listing, ten groups, a page about the trust."""
    links = "".join(f'<li><a href="/groups/{n}">{name}</a></li>' for n, name in enumerate(CLUBS))
    pages = {
        "/": page("Welcome", "<h1>Welcome</h1><p>We run <a href='/groups/'>groups</a> for people of the marsh.</p>"),
        "/groups/": page("Our groups", f"<h1>Our groups</h1><p>1-10 of 10 groups</p><ul>{links}</ul>"),
        "/about": page("About us", "<h1>About us</h1><p>Our trust was founded by neighbours in 1987.</p>"),
        **{f"/groups/{n}": club(n) for n in range(len(CLUBS))},
    }
    return {path: (200, {"Content-Type": HTML}, body) for path, body in pages.items()}


@dataclass
class Behaviour:
    """What the site does. `pages` are its answers by path; `before` sees each request first and may answer itself (an
    Answer), misuse the connection (True: it did), or leave it (None)."""

    pages: dict[str, Answer] = field(default_factory=good)
    before: Callable[[BaseHTTPRequestHandler, str], Answer | bool | None] = lambda handler, path: None
    robots: bytes = b"User-agent: *\nDisallow: /admin/\n"


class _Handler(BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "faulty/1", ""
    server: Server

    def do_GET(self) -> None:  # the name is http.server's
        path = urlsplit(self.path).path
        behaviour = self.server.behaviour
        done = behaviour.before(self, path)
        if done is True:
            self.server.asked.append((self.path, 0))
            self.close_connection = True
            return
        if isinstance(done, tuple):
            self._send(*done)
        elif path == "/robots.txt":
            self._send(200, {"Content-Type": "text/plain"}, behaviour.robots)
        elif path in behaviour.pages:
            self._send(*behaviour.pages[path])
        else:
            self._send(404, {"Content-Type": HTML}, page("Nothing here", "<h1>There is no such page</h1>"))

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and tag in (self.headers.get("If-None-Match") or ""):
            status, body = 304, b""
        self.server.asked.append((self.path, status))
        self.send_response(status)
        for name, value in {"ETag": tag, "Content-Length": str(len(body)), **headers}.items():
            if status != 304 or name == "ETag":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the server keeps its own list."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.behaviour = Behaviour()
        self.asked: list[tuple[str, int]] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up is no news."""


@contextmanager
def faulty(port: int = 0) -> Iterator[Server]:
    """The site on 127.0.0.1 while the context lasts; `server.behaviour` may be changed at any time."""
    server = Server(port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A behaviour with the causes of which any is right; `told` is what the run's own sentence or counts must say
    where no single page fails. `healthy` says that the run is to be believed all the same."""

    name: str
    behaviour: Callable[[Server], Behaviour]
    causes: tuple[str, ...]
    healthy: bool | None = None


def _always(answer: Answer, *, but: tuple[str, ...] = ("/robots.txt",)) -> Callable[[Server], Behaviour]:
    return lambda server: Behaviour(before=lambda handler, path: None if path in but else answer)


def _pages(change: Callable[[str, Answer], Answer]) -> Callable[[Server], Behaviour]:
    return lambda server: Behaviour(pages={path: change(path, answer) for path, answer in good().items()})


def _on_groups(make: Callable[[bytes], Answer]) -> Callable[[Server], Behaviour]:
    return _pages(lambda path, answer: make(answer[2]) if path.startswith("/groups/") and path[8:] else answer)


def _html(title: str, body: str, status: int = 200) -> Answer:
    text = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return status, {"Content-Type": HTML}, text.encode()


def _slow_drip(handler: BaseHTTPRequestHandler, path: str) -> bool | None:
    if path == "/robots.txt":
        return None
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(60):
        try:
            handler.wfile.write(b"<p>.")
            time.sleep(0.2)
        except OSError:
            return True
    return True


def _hang_up(handler: BaseHTTPRequestHandler, path: str) -> bool:
    handler.connection.close()
    return True


def _truncate(handler: BaseHTTPRequestHandler, path: str) -> bool | None:
    answer = good().get(path)
    if answer is None:
        return None
    body = answer[2]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    handler.wfile.write(head.encode() + body[: len(body) // 2])
    return True


def _loop(handler: BaseHTTPRequestHandler, path: str) -> Answer | None:
    if path == "/robots.txt":
        return None
    port = handler.server.server_address[1]
    other = "localhost" if (handler.headers.get("Host") or "").startswith("127.") else "127.0.0.1"
    return 302, {"Location": f"http://{other}:{port}{path}"}, b""


def _elsewhere(url: str) -> Callable[[Server], Behaviour]:
    return lambda server: Behaviour(
        before=lambda handler, path: None if path == "/robots.txt" else (301, {"Location": url}, b"")
    )


def _relaid(body: bytes) -> Answer:
    """The same menus, and a layout that holds no words of the groups any more."""
    text = (
        "<h1>Fresh look</h1><p>Discover what moves us. Stories, moments, people. Our new website has arrived.</p>" * 6
    )
    return 200, {"Content-Type": HTML}, page("Fresh look", f"<div>{text}{hashlib.sha256(body).hexdigest()}</div>")


def _without_facts(body: bytes) -> Answer:
    text = body.decode().replace("0113 496 0", "press to reveal ").replace("@fenmarsh.example", " (press to reveal)")
    return 200, {"Content-Type": HTML}, text.encode()


def _half_gone(path: str, answer: Answer) -> Answer:
    gone = path.startswith("/groups/") and path[8:] and int(path[8:]) % 3 != 0
    return _html("Not found", "<h1>Not found</h1>", 404) if gone else answer


def _ends_early(path: str, answer: Answer) -> Answer:
    if path != "/groups/":
        return answer
    cut = answer[2].decode().split('<li><a href="/groups/4">')[0].replace("1-10 of 10", "1-10 of 40") + "</ul>"
    return 200, {"Content-Type": HTML}, cut.encode()


def _mixed(body: bytes) -> Answer:
    return (
        200,
        {"Content-Type": HTML},
        body.replace(b"lonely or low", b"lonely \x96 or low \x93at times\x94 \xe2\x80\x93"),
    )


LOGIN = "<h1>Members</h1><form method=post><input name=user><input type=password name=p><button>Go</button></form>"
WALL = "<h1>Just a moment...</h1><p>Checking your browser before you can go on. Ray ID: 1</p><script>1</script>"
SHELL = '<div id="root"></div><noscript>You need to enable JavaScript.</noscript><script src=/a.js></script>'
OWN: tuple[Fault, ...] = (
    Fault(name="listing ends early", behaviour=_pages(_ends_early), causes=("truncated",)),
    Fault(name="login form with 200", behaviour=_always(_html("Sign in", LOGIN)), causes=("login",)),
    Fault(name="layout change", behaviour=_on_groups(_relaid), causes=("changed_layout",)),
    Fault(name="telephone and e-mail hidden", behaviour=_on_groups(_without_facts), causes=("changed_layout",)),
    Fault(name="mixed encodings", behaviour=_on_groups(_mixed), causes=("", "bad_encoding")),
    Fault(
        name="noise declared as HTML",
        behaviour=_on_groups(lambda body: (200, {"Content-Type": HTML}, bytes(range(256)) * 20)),
        causes=("bad_encoding",),
    ),
    Fault(
        name="parked domain",
        behaviour=_always(_html("fenmarsh", "<p>This domain is for sale. Buy this domain. Related searches</p>")),
        causes=("parked",),
    ),
    Fault(name="connection cut", behaviour=lambda s: Behaviour(before=_hang_up), causes=("refused", "truncated")),
    Fault(name="empty app shell", behaviour=_always(_html("App", SHELL)), causes=("empty",)),
    Fault(name="truncated", behaviour=lambda s: Behaviour(before=_truncate), causes=("truncated",)),
    Fault(name="slow drip", behaviour=lambda s: Behaviour(before=_slow_drip), causes=("timeout",)),
    Fault(
        name="huge page",
        behaviour=_always((200, {"Content-Type": HTML}, b"<p>" + b"x" * 3_000_000)),
        causes=("too_large",),
    ),
    Fault(name="redirect to another site", behaviour=_elsewhere("http://127.0.0.9:1/"), causes=("other",)),
    Fault(
        name="redirect to a seller of domains",
        behaviour=_elsewhere("https://www.hugedomains.com/x"),
        causes=("parked",),
    ),
    Fault(name="redirect loop over two hosts", behaviour=lambda s: Behaviour(before=_loop), causes=("redirect_loop",)),
    Fault(
        name="challenge page with 503",
        behaviour=_always(_html("Just a moment...", WALL, 503)),
        causes=("http_403_wall",),
    ),
    Fault(
        name="challenge page with 200", behaviour=_always(_html("Just a moment...", WALL)), causes=("http_403_wall",)
    ),
    Fault(
        name="maintenance with 200",
        behaviour=_always(_html("Maintenance", "<h1>Down for maintenance</h1><p>We will be back soon.</p>")),
        causes=("500",),
    ),
    Fault(
        name="wrong content type",
        behaviour=_on_groups(lambda body: (200, {"Content-Type": "video/mp4"}, body + b"<!-- -->")),
        causes=("other",),
    ),
    Fault(name="half the site 404", behaviour=_pages(_half_gone), causes=("404",)),
    Fault(
        name="robots.txt turns to Disallow",
        behaviour=lambda s: Behaviour(robots=b"User-agent: *\nDisallow: /\n"),
        causes=("robots",),
    ),
    Fault(name="robots.txt answers 500", behaviour=_always(_html("Error", "x", 500), but=()), causes=("500",)),
    Fault(
        name="same few words everywhere, in no known form",
        behaviour=_always(_html("Fenmarsh", "<h1>Fenmarsh</h1><p>Please use the menu to go on with your visit.</p>")),
        causes=("soft_404",),
    ),
    Fault(
        name="database error with 200",
        behaviour=_always(_html("Oh", "<p>Error establishing a database connection</p>")),
        causes=("500",),
    ),
    Fault(name="members only, 401", behaviour=_always(_html("Private", "<p>Private</p>", 401)), causes=("login",)),
)
