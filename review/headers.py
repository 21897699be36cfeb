"""Headers that every answer carries, and the size that no request may exceed."""

from __future__ import annotations

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
    "referrer-policy": "no-referrer",
    "x-frame-options": "SAMEORIGIN",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
LARGEST_FORM = 1_000_000  # bytes


class SecurityHeaders:
    """Adds HEADERS where an answer does not set its own, and refuses bodies above LARGEST_FORM."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["method"] == "POST" and (refusal := _refusal(Headers(scope=scope))):
            await refusal(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)


def _refusal(headers: Headers) -> PlainTextResponse | None:
    length = headers.get("content-length", "")
    if not length.isdigit():
        return PlainTextResponse("The length of the form is missing.", 411)
    if int(length) > LARGEST_FORM:
        return PlainTextResponse(f"The form is longer than {LARGEST_FORM:,} bytes.", 413)
    return None
