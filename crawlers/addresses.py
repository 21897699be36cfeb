"""One address for one page: canonical forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from register.hosts import DEFAULT_PORTS

_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """Makes addresses canonical; `ignored` are regular expressions of whole parameter names."""

    ignored: tuple[str, ...] = ()

    def __call__(self, url: str, *, base: str = "") -> str:
        """The canonical form of `url` (joined to `base`); "" where it is not an http address.

        Lower-case scheme and host, no default port, no fragment, no session or tracking parameter, sorted query.

        >>> Canonical(ignored=("utm_[a-z]+",))("HTTP://Example.org:80/a/../b?z=1&utm_source=x&a=2#top")
        'http://example.org/b?a=2&z=1'
        """
        try:
            parts = urlsplit(safe_url_string(urljoin(base, url.strip())))
            host, port = parts.hostname or "", parts.port
        except ValueError:  # a port or an IPv6 address that is none
            return ""
        if parts.scheme not in DEFAULT_PORTS or not host:
            return ""
        netloc = f"[{host}]" if ":" in host else host
        if port and port != DEFAULT_PORTS[parts.scheme]:
            netloc += f":{port}"
        path = _ESCAPE.sub(_plain_escape, _SESSION_IN_PATH.sub("", urljoin("/", parts.path)))
        return urlunsplit((parts.scheme, netloc, path or "/", self._query(parts.query), ""))

    def _query(self, query: str) -> str:
        """Sorted by name only: a repeated parameter may depend on its order."""
        named = [(unquote_plus(part.partition("=")[0]), part) for part in query.split("&") if part]
        return "&".join(part for name, part in sorted(named, key=lambda pair: pair[0]) if not self._ignores(name))

    def _ignores(self, name: str) -> bool:
        return any(re.fullmatch(pattern, name, re.IGNORECASE) for pattern in self.ignored)


def _plain_escape(found: re.Match[str]) -> str:
    """%7E is ~ and %2f is %2F; what is reserved stays escaped."""
    character = chr(int(found[0][1:], 16))
    return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else found[0].upper()


def path_and_query(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
