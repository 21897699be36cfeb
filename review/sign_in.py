"""Signing in and out: argon2 passwords, a new session token each time, failures limited."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.responses import Response

from register.store.users import SESSION_LENGTH
from review.accounts import NOBODY, verify_password
from review.visit import SESSION_COOKIE, Visit, redirect

# A visitor without a session has no CSRF token yet: the sign-in form repeats this cookie's value instead.
FORM_COOKIE = "tidiermap_form"


def show_sign_in(visit: Visit) -> Response:
    if visit.session:
        return redirect("/")
    return _form(visit, name="", wanted=visit.request.query_params.get("next", ""))


def sign_in(visit: Visit) -> Response:
    """Opens a session; the answer takes as long, and says the same, for unknown names as for wrong passwords."""
    name, wanted = visit.field("name").strip(), visit.field("next")
    cookie = visit.request.cookies.get(FORM_COOKIE, "")
    if not cookie or not hmac.compare_digest(cookie.encode(), visit.field("csrf").encode()):
        return _form(visit, name=name, wanted=wanted, status=403, message="The form had expired; please try again.")
    address = visit.request.client.host if visit.request.client else ""
    limiter = visit.bench.limiter
    if wait := limiter.wait(name, address):
        return _refuse_for_now(visit, wait, name=name, wanted=wanted)
    user = visit.store.users.find(name)
    known = user is not None and user.disabled_at is None
    right = verify_password(user.password_hash if user and known else NOBODY, visit.field("password"))
    if not (right and known):
        limiter.note_failure(name, address)
        return _form(visit, name=name, wanted=wanted, status=401, message="Name or password is wrong.")
    limiter.forget(name, address)
    return _open_session(visit, name, wanted)


def sign_out(visit: Visit) -> Response:
    with visit.store.transaction():
        visit.store.users.close_session(visit.request.cookies[SESSION_COOKIE])
    response = redirect("/sign-in")
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    return response


def _open_session(visit: Visit, name: str, wanted: str) -> Response:
    token = secrets.token_urlsafe(32)
    with visit.store.transaction():
        if old := visit.request.cookies.get(SESSION_COOKIE):
            visit.store.users.close_session(old)
        visit.store.users.open_session(name, token=token, csrf=secrets.token_urlsafe(32))
    response = redirect(_own_page(wanted))
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=visit.bench.settings.secure_cookies,
    )
    response.delete_cookie(FORM_COOKIE)
    return response


def _own_page(wanted: str) -> str:
    """Where to go after signing in: only ever a page of ours, whatever the address said."""
    parts = urlsplit(wanted)
    own = not parts.scheme and not parts.netloc and wanted.startswith("/") and "\\" not in wanted
    return wanted if own and not wanted.startswith("//") else "/"


def _refuse_for_now(visit: Visit, wait: timedelta, *, name: str, wanted: str) -> Response:
    minutes = max(1, round(wait.total_seconds() / 60))
    message = f"Too many wrong passwords. Try again in {minutes} minute{'s' if minutes > 1 else ''}."
    response = _form(visit, name=name, wanted=wanted, status=429, message=message)
    response.headers["retry-after"] = str(int(wait.total_seconds()) + 1)
    return response


def _form(visit: Visit, *, name: str, wanted: str, status: int = 200, message: str = "") -> Response:
    token = visit.request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    response = visit.render("sign_in.html", status=status, name=name, wanted=wanted, message=message, token=token)
    response.set_cookie(
        FORM_COOKIE, token, max_age=3600, httponly=True, samesite="strict", secure=visit.bench.settings.secure_cookies
    )
    return response
