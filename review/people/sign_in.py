"""Signing in and out: argon2 passwords, a new session token each time, failures limited, all of it noted."""

from __future__ import annotations

import secrets
from datetime import timedelta

from starlette.responses import Response

from register.counts import plural
from register.serial import canonical
from register.store.people.users import SESSION_LENGTH, User
from review.people.accounts import NOBODY, hash_password, is_outdated, verify_password
from review.visit import FORM_COOKIE, SESSION_COOKIE, Visit, cookie_name, redirect, set_cookie, unset_cookie

LONGEST_PASSWORD = 1_000  # characters
UNKNOWN = "(unknown name)"  # what was typed as a name may have been a password, and is not kept


def show_sign_in(visit: Visit) -> Response:
    if visit.session:
        return redirect("/")
    return _form(visit, name="", wanted=visit.request.query_params.get("next", ""))


def sign_in(visit: Visit) -> Response:
    """Opens a session; the answer takes as long, and says the same, for unknown names as for wrong passwords."""
    name, wanted = visit.field("name").strip(), visit.field("next")
    address = visit.request.client.host if visit.request.client else ""
    with visit.store.transaction():
        wait = visit.store.sign_ins.admit(name, address)
    if wait:
        return _refuse_for_now(visit, wait, name=name, wanted=wanted)
    user = visit.store.users.find(name)
    known = user is not None and user.disabled_at is None
    password = visit.field("password")[:LONGEST_PASSWORD]
    with visit.bench.checking:
        right = verify_password(user.password_hash if user and known else NOBODY, password)
    if user and known and right:
        return _open_session(visit, user, password, wanted)
    _note_failure(visit, user, name, address)
    return _form(visit, name=name, wanted=wanted, status=401, message="Name or password is wrong.")


def sign_out(visit: Visit) -> Response:
    with visit.store.transaction():
        visit.store.users.close_session(visit.request.cookies[cookie_name(visit.bench, SESSION_COOKIE)])
        visit.store.leases.give_back(visit.reviewer)
        visit.store.audit.note(visit.reviewer, "signed out", f"user {visit.reviewer}")
    response = redirect("/sign-in")
    unset_cookie(visit.bench, response, SESSION_COOKIE)
    return response


def _open_session(visit: Visit, user: User, password: str, wanted: str) -> Response:
    token = secrets.token_urlsafe(32)
    address = visit.request.client.host if visit.request.client else ""
    fresh = hash_password(password) if is_outdated(user.password_hash) else ""
    with visit.store.transaction():
        if old := visit.request.cookies.get(cookie_name(visit.bench, SESSION_COOKIE)):
            visit.store.users.close_session(old)
        if fresh:
            visit.store.users.rehash(user.name, old=user.password_hash, new=fresh)
        visit.store.sign_ins.forget(user.name, address)
        visit.store.users.open_session(user.name, token=token, csrf=secrets.token_urlsafe(32))
        visit.store.audit.note(user.name, "signed in", f"user {user.name}", after=canonical({"from": address}))
    response = redirect(_own_page(wanted))
    set_cookie(visit.bench, response, SESSION_COOKIE, token, lasts=SESSION_LENGTH, same_site="lax")
    unset_cookie(visit.bench, response, FORM_COOKIE)
    return response


def _note_failure(visit: Visit, user: User | None, name: str, address: str) -> None:
    about = f"user {user.name}" if user else UNKNOWN
    why = "disabled" if user and user.disabled_at else "wrong password" if user else "no such user"
    told = canonical({"from": address, "why": why})
    with visit.store.transaction():
        visit.store.audit.note("", "failed to sign in", about, after=told)
        if wait := visit.store.sign_ins.wait(name, address):
            seconds = canonical({"from": address, "seconds": round(wait.total_seconds())})
            visit.store.audit.note("", "locked out", about, after=seconds)


def _own_page(wanted: str) -> str:
    """Where to go after signing in: only ever a page of ours, whatever the address said."""
    own = wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and wanted.isprintable()
    return wanted if own else "/"


def _refuse_for_now(visit: Visit, wait: timedelta, *, name: str, wanted: str) -> Response:
    minutes = max(1, round(wait.total_seconds() / 60))
    message = f"Too many wrong passwords. Try again in {plural(minutes, 'minute')}."
    response = _form(visit, name=name, wanted=wanted, status=429, message=message)
    response.headers["retry-after"] = str(int(wait.total_seconds()) + 1)
    return response


def _form(visit: Visit, *, name: str, wanted: str, status: int = 200, message: str = "") -> Response:
    return visit.render("sign_in.html", status=status, name=name, wanted=wanted, message=message)
