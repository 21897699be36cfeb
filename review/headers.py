"""What every request must keep to before a page sees it, and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; frame-src 'self'; "
    "object-src 'none'"
)
# An archived page may only be looked at: no script, no request, no form, and its own origin's rights taken away
# except the one that lets the workbench read which words the reviewer selected in it.
SNAPSHOT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)
HEADERS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    # A browser that may send no referrer at all says "null" for where a form comes from; then nobody can check it.
    "referrer-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
STATIC_CACHE = "no-cache"  # kept by the browser, asked for again by its tag
OVER_HTTPS = {"strict-transport-security": "max-age=31536000"}
LARGEST_FORM = 1_000_000  # bytes
LARGEST_PUBLIC_FORM = 100_000  # bytes, of somebody who is not signed in
LARGEST_UPLOAD = 5_100_000  # bytes: a file of 5 MB and the rest of its form
# Addresses whose form may hold a file; every other one refuses files.
UPLOADS: Mapping[str, int] = {"/intake/import": LARGEST_UPLOAD}


class SecurityHeaders:
    """Adds HEADERS where an answer does not set its own; refuses forms that are too long or come from another site,
    and requests under a name that is none of `names` (where there are any)."""

    def __init__(self, app: ASGIApp, *, names: frozenset[str] = frozenset(), https: bool = False) -> None:
        self.app = app
        self.names = names
        self.headers = HEADERS | (OVER_HTTPS if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", STATIC_CACHE)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._wrong_name(headers)
        if refusal is None and scope["method"] not in ("GET", "HEAD"):
            refusal = _from_elsewhere(headers) or _too_long(headers, UPLOADS.get(scope["path"], LARGEST_FORM))
        if refusal:
            await refusal(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

    def _wrong_name(self, headers: Headers) -> PlainTextResponse | None:
        """Keeps out pages of other names that a name server was made to lead here."""
        name = urlsplit(f"//{headers.get('host', '')}").hostname if _one_host(headers) else None
        if not self.names or name in self.names:
            return None
        told = "This server does not answer to that name. Whoever runs it tells it its names with --name."
        return PlainTextResponse(told, 421)


def _one_host(headers: Headers) -> bool:
    hosts = headers.getlist("host")
    return len(hosts) == 1 and not set(hosts[0]) & set("@/\\?# ")


def _from_elsewhere(headers: Headers) -> PlainTextResponse | None:
    """A browser says which site a form comes from; what says nothing is no browser, and has no session to misuse."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
    own = origin is None or urlsplit(origin).netloc == headers.get("host")
    if own and site in ("same-origin", "none"):
        return None
    return PlainTextResponse("The form comes from another site.", 403)


def _too_long(headers: Headers, largest: int) -> PlainTextResponse | None:
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or "transfer-encoding" in headers:
        return PlainTextResponse("The length of the form is missing.", 411)
    if int(length[:20]) > largest:
        return PlainTextResponse(f"The form is longer than {largest:,} bytes.", 413)
    return None
