"""One cause for each failure, named rightly; and a page of a service is never taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.causes import Answer, cause_of_answer, cause_of_error, cause_of_refusal, cause_of_words
from crawlers.signs import read_signs
from register.codes.vocabulary import Cause
from register.errors import ConfigError

ROOT = Path(__file__).parent.parent
SIGNS = read_signs(ROOT / "data")
PROSE = "We meet every Tuesday at two for tea and a talk, and everybody who feels alone is welcome to join us. " * 3


def cause(
    body: str | bytes, *, status: int = 200, url: str = "https://a.example/x", final: str = "", **headers: str
) -> Cause | None:
    sent = {"content-type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
    raw = body.encode() if isinstance(body, str) else body
    return cause_of_answer(Answer(url=url, final_url=final or url, status=status, headers=sent, body=raw), SIGNS)


def html(title: str, body: str) -> str:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "login"), (403, "http_403_wall"), (404, "404"), (410, "410"), (429, "429"), (500, "500"), (503, "500")],
)
def test_a_status_has_its_cause(status: int, expected: str) -> None:
    assert cause(html("Sorry", "<p>Sorry</p>"), status=status) == expected


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Just a moment...", "<h1>Checking your browser</h1>", "http_403_wall"),
        ("Attention Required!", "<h1>Sorry, you have been blocked</h1>", "http_403_wall"),
        ("Members", "<p>Members</p><form><input type='password' name=p></form>", "login"),
        ("Log in", "<h1>Log in</h1><p>User name</p>", "login"),
        ("Sign in - Trust", "<p>User name</p>", "login"),
        ("Page not found – Trust", "<h1>Oops! That page can’t be found.</h1><p>Try the menu.</p>", "soft_404"),
        ("Trust", "<h1>404</h1><p>Something went astray here.</p>", "soft_404"),
        ("a.example", "<p>This domain is for sale! Buy this domain.</p>", "parked"),
        ("Trust", "<h1>Under maintenance</h1><p>We will be back soon.</p>", "500"),
        ("App", "<div id=root></div><script src=/a.js></script>", "empty"),
        ("App", "<noscript>You need to enable JavaScript to run this app.</noscript>", "empty"),
        ("Nothing", "", "empty"),
    ],
)
def test_a_page_that_says_200_and_is_none(title: str, body: str, expected: str) -> None:
    assert cause(html(title, body)) == expected


@pytest.mark.parametrize(
    "page",
    [
        html("Lost and found group", f"<h1>Lost and found</h1><p>{PROSE}</p>"),
        html("Signing choir", f"<h1>Sign in harmony</h1><p>{PROSE}</p>"),
        html("Trust", f"<header><form><input type=password></form></header><h1>Tea</h1><p>{PROSE * 3}</p>"),
        html("Garden maintenance group", f"<h1>Garden maintenance</h1><p>{PROSE}</p>"),
        html("Tea", "<h1>Tea</h1><p>Tuesdays at two. Ring 01632 960001.</p><script>1</script>"),
        html("404 Squadron Veterans", f"<h1>Veterans' breakfast</h1><p>{PROSE}</p>"),
        html("Home not found: help with homelessness", f"<h1>Help with homelessness</h1><p>{PROSE}</p>"),
    ],
)
def test_a_page_of_a_service_is_left_in_peace(page: str) -> None:
    assert cause(page) is None


def test_no_saved_page_of_a_real_site_is_taken_for_a_failure(shared: Path) -> None:
    taken = [
        (path.name, found)
        for path in sorted((shared / "sites").rglob("*.html"))[::3]
        if (found := cause(path.read_bytes())) is not None
    ]
    assert taken == []


def test_bytes_in_no_charset_are_bad_encoding_and_other_charsets_are_not() -> None:
    assert cause(bytes(range(256)) * 20) is Cause.BAD_ENCODING
    assert cause(html("Thé", f"<h1>Thé</h1><p>{PROSE}</p>").encode("latin-1")) is None
    assert cause(b"\xff\xfe" + html("Tea", f"<h1>Tea</h1><p>{PROSE}</p>").encode("utf-16-le")) is None


def test_a_leaflet_is_judged_when_it_is_read() -> None:
    assert cause(b"%PDF-1.7 \x00\x01", content_type="application/pdf") is None


def test_a_login_elsewhere_is_told_by_its_address() -> None:
    form = html("Trust", f"<input type=password><p>{PROSE * 3}</p>")
    assert cause(form, final="https://a.example/wp-login.php") is Cause.LOGIN
    assert cause(form, final="https://a.example/y") is None


class ResponseNeverReceivedError(Exception):
    """As Twisted has it: its reasons are wrapped."""

    def __init__(self, *reasons: Exception) -> None:
        super().__init__("[...]")
        self.reasons = [type("Failure", (), {"value": reason}) for reason in reasons]


class DataLossError(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionRefusedError("111: Connection refused"), "refused"),
        (TimeoutError("took longer than 3.0 seconds"), "timeout"),
        (DataLossError("half a page"), "truncated"),
        (ValueError("body (20000000 B) exceeded DOWNLOAD_MAXSIZE"), "too_large"),
        (ResponseNeverReceivedError(OSError("SSL routines: certificate verify failed")), "tls"),
        (OSError("Name or service not known"), "dns"),
        (KeyError("what is this"), "other"),
    ],
)
def test_an_error_has_its_cause(error: Exception, expected: str) -> None:
    assert cause_of_error(error) == expected


def test_an_error_behind_an_error_is_looked_at() -> None:
    error = RuntimeError("download failed")
    error.__cause__ = OSError("certificate has expired")
    assert cause_of_error(error) is Cause.TLS


def test_the_reason_for_which_a_host_was_left_has_its_cause() -> None:
    assert cause_of_words("its robots.txt answers 503") is Cause.SERVER_ERROR
    assert cause_of_words("its robots.txt cannot be read: DNS lookup failed: no results") is Cause.DNS
    assert cause_of_words("12 failures in a row, the last: status 403") is Cause.WALL
    assert cause_of_words("asks to come back after 900 s") is Cause.RATE_LIMITED
    assert cause_of_words("its robots.txt asks for 300 s between requests") is Cause.ROBOTS


def test_what_was_not_asked_for_has_its_cause() -> None:
    assert cause_of_refusal("robots", "https://a.example/", SIGNS) is Cause.ROBOTS
    assert cause_of_refusal("private", "http://10.0.0.1/", SIGNS) is Cause.PRIVATE
    assert cause_of_refusal("host", "https://www.hugedomains.com/x", SIGNS) is Cause.PARKED
    assert cause_of_refusal("host", "https://other.example/", SIGNS) is Cause.OTHER


def test_a_misspelt_cause_in_the_signs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "signs.toml").write_text('[[sign]]\ncause = "prked"\nwhere = "text"\npattern = "for sale"\n')
    with pytest.raises(ConfigError, match=r"sign\.0\.cause: found 'prked'"):
        read_signs(tmp_path)
