"""The host of an address: by it a page is on a site or off it, and two addresses are of one site or of two."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

STATEMENT = "statement:"  # begins the address of a page of our own: what a person told us
DEFAULT_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str:
    """Host and port, in lower case; `www.` and a scheme's default port make no difference, nor does a user's name.

    >>> host_of("https://www.Example.org:443/a"), host_of("http://example.org:8080/")
    ('example.org', 'example.org:8080')
    """
    parts = urlsplit(url)
    return _host(parts.scheme, parts.netloc)


def is_web_address(url: str) -> bool:
    """Whether `url` may be followed: a page may name itself `javascript:`, and what a list holds may be no address.

    >>> is_web_address("https://example.org/"), is_web_address("javascript:x"), is_web_address("http://[x")
    (True, False, False)
    """
    try:
        return urlsplit(url).scheme in DEFAULT_PORTS
    except ValueError:
        return False


@lru_cache(maxsize=4096)  # asked for every link; a crawl has few hosts
def _host(scheme: str, netloc: str) -> str:
    parts = urlsplit(f"{scheme}://{netloc}")
    host = (parts.hostname or "").removeprefix("www.")
    try:
        port = parts.port
    except ValueError:
        return host
    return f"{host}:{port}" if port and port != DEFAULT_PORTS.get(scheme) else host
