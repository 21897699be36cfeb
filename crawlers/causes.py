"""Why an answer is no page: one cause for each failure, from what came over the wire; pure, without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from urllib.parse import urlsplit

from crawlers.signs import Sign
from register.codes.vocabulary import Cause

MOST_HTML = 400_000  # characters of a page that are looked at
MOST_HEAD = 20_000  # characters in which the title is looked for
LONGEST_TITLE = 120
WORDY = 600  # visible words from which on a page is taken to have something to say
LOGIN_WORDS = 120  # a page with a password field and fewer words is the form itself
FEWEST_WORDS = 3
FEWEST_APP_WORDS = 12  # of a page whose words are to come from a script
LEAST_SAMPLED, SAMPLED = 256, 8192  # bytes
SHARE_OF_CONTROLS = 0.05

_HIDDEN = re.compile(r"<(script|style|noscript|template|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_HEAD = re.compile(r"<head\b.*?(?:</head\s*>|(?=<body\b))", re.S | re.I)
_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.S | re.I)
_HEADING = re.compile(r"<h[12]\b[^>]*>(.*?)</h[12]", re.S | re.I)
_TAG = re.compile(r"<[^>]*>")
_PASSWORD = re.compile(r"<input\b[^>]*\btype\s*=\s*[\"']?password", re.I)
_LOGIN_ADDRESS = re.compile(r"(^|[/_-])(wp-login|log-?in|sign-?in|auth|sso|account/login)([/._-]|$)", re.I)
_WORD = re.compile(r"\w\S*")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.I)

# The names of exceptions, ours, Scrapy's and Twisted's, from the surest to the vaguest; matched without importing any.
_BY_ERROR = (
    (Cause.RATE_LIMITED, re.compile(r"asks to come back")),
    (Cause.ROBOTS, re.compile(r"s between requests")),
    (Cause.DNS, re.compile(r"CannotResolveHost|DNS ?lookup|gaierror|Name or service not known", re.I)),
    (Cause.TLS, re.compile(r"OpenSSL|\bSSL|\bTLS|certificate|CertificateError|VerificationError", re.I)),
    (Cause.TRUNCATED, re.compile(r"DataLoss|PotentialDataLoss|IncompleteRead")),
    (Cause.TOO_LARGE, re.compile(r"MAXSIZE|DecompressionMaxSize|DownloadCancelled|larger than", re.I)),
    (Cause.REDIRECT_LOOP, re.compile(r"redirect loop|max redirections", re.I)),
    (Cause.TIMEOUT, re.compile(r"Timeout|TimedOut|took longer", re.I)),
    (Cause.REFUSED, re.compile(r"ConnectionRefused|ConnectError|NoRoute|Connection(Lost|Done)|ResponseNeverReceived")),
    (Cause.REFUSED, re.compile(r"ResponseFailed|DownloadFailed|ConnectionReset|refused", re.I)),
    (Cause.BAD_ENCODING, re.compile(r"zlib|BadGzip|gzip|brotli|decompress|decode", re.I)),
)
# What the gate before the request said: `kind` of a RefusedError.
_BY_REFUSAL = {"private": Cause.PRIVATE, "robots": Cause.ROBOTS, "opt_out": Cause.ROBOTS}


@dataclass(frozen=True)  # no slots: the cached parts live in its dict
class Answer:
    """An answer as it came: `url` was asked for, `final_url` answered; `headers` by lower-case name; `body` decoded
    from its transfer and content encoding."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def html(self) -> str:
        """The markup, as far as it is looked at; "" where the answer is none."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        looks = self.body[:1000].lstrip()[:1] == b"<"
        if "html" not in kind and not (looks and kind in ("", "text/plain", "application/octet-stream")):
            return ""
        return decoded(self.body[:MOST_HTML], self.headers.get("content-type", ""))

    @cached_property
    def visible(self) -> str:
        return _HIDDEN.sub(" ", _HEAD.sub(" ", self.html, count=1))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The visible words, the first WORDY of them."""
        return tuple(_WORD.findall(unescape(_TAG.sub(" ", self.visible)))[:WORDY])

    @cached_property
    def titles(self) -> str:
        """The page's title and its main headings, each a line."""
        found = [*_TITLE.findall(self.html, 0, MOST_HEAD)[:1], *_HEADING.findall(self.visible)[:4]]
        return "\n".join(" ".join(unescape(_TAG.sub(" ", text)).split())[:LONGEST_TITLE] for text in found).lower()

    @cached_property
    def said(self) -> str:
        """The visible words, one space apart, in lower case."""
        return " ".join(self.words).lower()

    @cached_property
    def headers_told(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self.headers.items()).lower()


def cause_of_answer(answer: Answer, signs: tuple[Sign, ...]) -> Cause | None:
    """Why an answer with a body is not to be read as a page; None where it is to be read (or answered 304)."""
    sign = next((sign for sign in signs if answer.status in sign.status and _fits(sign, answer)), None)
    if answer.status != 200:
        return _by_status(answer.status) if sign is None else sign.cause
    if _is_garbled(answer):
        return Cause.BAD_ENCODING
    if not answer.body.strip():
        return Cause.EMPTY
    if not answer.html:
        return None  # a leaflet or plain text: whether it holds words is seen when it is read
    if sign is not None:
        return sign.cause
    if _is_login(answer):
        return Cause.LOGIN
    return Cause.EMPTY if _is_empty(answer) else None


def cause_of_error(error: BaseException | None) -> Cause:
    """Why no answer came, from the names and messages of the error and of those behind it."""
    return cause_of_words(" ".join(_told(error)))


def cause_of_refusal(kind: str, url: str, signs: tuple[Sign, ...]) -> Cause:
    """Why `url`, perhaps the end of a redirect, was not asked for; `kind` as in RefusedError."""
    if kind == "host" and any(sign.where == "address" and sign.search(url.lower()) for sign in signs):
        return Cause.PARKED
    return _BY_REFUSAL.get(kind, Cause.OTHER)


def cause_of_words(text: str) -> Cause:
    """The cause that an error's name and message tell; of a reason in words too ("its robots.txt answers 503")."""
    if found := re.search(r"\b(?:answers|status) (\d{3})\b", text):
        return _by_status(int(found[1])) or Cause.OTHER
    return next((cause for cause, pattern in _BY_ERROR if pattern.search(text)), Cause.OTHER)


def _by_status(status: int) -> Cause | None:
    if status == 304:
        return None
    if status >= 500:
        return Cause.SERVER_ERROR
    known = {401: Cause.LOGIN, 403: Cause.WALL, 404: Cause.NOT_FOUND, 407: Cause.WALL, 410: Cause.GONE}
    known |= {408: Cause.TIMEOUT, 429: Cause.RATE_LIMITED, 451: Cause.WALL}
    return known.get(status, Cause.OTHER)


def _told(error: BaseException | None) -> Iterator[str]:
    """Names and messages of an error, of those behind it, and of Twisted's list of reasons."""
    waiting: list[BaseException] = [error] if error is not None else []
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield f"{type(one).__module__}.{type(one).__name__} {one}"
        behind = [one.__cause__, one.__context__]
        reasons = getattr(one, "reasons", None)
        behind += [getattr(reason, "value", None) for reason in reasons or ()]
        waiting += [b for b in behind if isinstance(b, BaseException)]


def _fits(sign: Sign, answer: Answer) -> bool:
    if sign.where == "address":
        return sign.search(answer.final_url.lower())
    if sign.where == "header":
        return sign.search(answer.headers_told)
    if sign.where == "title" and not sign.search(answer.titles):
        return False  # before the words are counted, which takes longer
    if sign.most_words and len(answer.words) > sign.most_words:
        return False
    if sign.where == "title":
        return True
    return sign.search(answer.html.lower() if sign.where == "html" else answer.said)


def _is_login(answer: Answer) -> bool:
    """A form with a password field and little else, or one at an address for signing in that was not asked for."""
    if not _PASSWORD.search(answer.html):
        return False
    moved = urlsplit(answer.final_url).path != urlsplit(answer.url).path
    return len(answer.words) < LOGIN_WORDS or (moved and bool(_LOGIN_ADDRESS.search(urlsplit(answer.final_url).path)))


def _is_empty(answer: Answer) -> bool:
    scripted = "<script" in answer.html.lower()
    return len(answer.words) < (FEWEST_APP_WORDS if scripted and "\n" not in answer.titles else FEWEST_WORDS)


def _is_garbled(answer: Answer) -> bool:
    """Whether a page's bytes are text in no charset: control characters stand thick in them, or replacements."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    sample = answer.body[:SAMPLED]
    if not kind.startswith("text/") and "html" not in kind:
        return False
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"%PDF-")):
        return False
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return len(sample) >= LEAST_SAMPLED and controls > SHARE_OF_CONTROLS * len(sample)


def decoded(body: bytes, content_type: str) -> str:
    """The text of `body`: by its own mark, as UTF-8 where it is that, else by the charset that it declares."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(content_type) or _CHARSET.search(body[:2000].decode("latin-1"))
    try:
        return body.decode(declared[1] if declared else "cp1252", errors="replace")
    except LookupError:  # a charset that nobody knows
        return body.decode("cp1252", errors="replace")
