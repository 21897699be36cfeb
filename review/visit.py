"""One request as the pages see it: who asks, with which form, on which register; and the door it comes through."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Literal

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from register.errors import BusyError, NotFoundError
from register.store import Store
from register.store.decisions.blind import BlindReview
from register.store.people.users import ROLES, Session, User
from register.store.queue.leases import Lease
from review.addresses import query as in_address
from review.headers import LARGEST_PUBLIC_FORM
from review.pool import StorePool
from review.settings import ReviewSettings

SESSION_COOKIE = "tidiermap_session"
# A visitor without a session repeats this cookie's value in each form, as a session's token is repeated otherwise.
FORM_COOKIE = "tidiermap_form"
DECIDES = "reviewer"  # the least role that may decide
LONGEST_COMMENT = 2_000  # characters

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What all requests share."""

    settings: ReviewSettings
    stores: StorePool
    copies: StorePool  # of the register of copies, for blind reviews
    templates: Environment
    checking: BoundedSemaphore  # how many passwords are checked at once: each takes 64 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request with its open store; `session` is None only on pages that need no sign-in.

    `form_token` is what the forms of a visitor without a session repeat.
    """

    bench: Workbench
    request: Request
    store: Store
    session: Session | None
    form: FormData
    form_token: str
    held: Lease | None = None  # another reviewer's, on the candidate that is shown

    origin: Store | None = None
    blind: BlindReview | None = None  # the copy that is decided on here; then `store` is the register of copies

    @property
    def home(self) -> Store:
        """The register itself: users, the queue as a whole, what stands next. `store` is where the candidate lies."""
        return self.origin or self.store

    @property
    def hidden(self) -> frozenset[str]:
        """The candidates that the reviewer must not see decided, for they are to decide on a copy themselves."""
        return frozenset(self.home.blind.hidden_from(self.reviewer)) if self.session else frozenset()

    @property
    def hidden_records(self) -> frozenset[str]:
        """The published records of those candidates."""
        ids = (self.home.records.id_of_candidate(one) for one in self.hidden)
        return frozenset(one for one in ids if one)

    @property
    def reviewer(self) -> str:
        return self.session.user.name if self.session else ""

    @property
    def csrf(self) -> str:
        """What every form of the page has to hold, in a hidden field of the name csrf."""
        return self.session.csrf if self.session else self.form_token

    @property
    def may_decide(self) -> bool:
        return self.session is not None and self.held is None and has_role(self.session.user.role, DECIDES)

    @property
    def colleagues(self) -> tuple[User, ...]:
        """Who may be asked: everybody who decides, but the reviewer."""
        users = (user for user in self.home.users.all() if user.disabled_at is None)
        return tuple(user for user in users if user.name != self.reviewer and has_role(user.role, DECIDES))

    def field(self, name: str) -> str:
        """The form's value of that name, empty where it has none."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def comment(self, name: str = "comment") -> str:
        """What somebody wrote into the form's field of that name."""
        return self.field(name).strip()[:LONGEST_COMMENT]

    def fields(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.form.getlist(name) if isinstance(value, str))

    def form_values(self) -> dict[str, str]:
        return {name: value for name, value in self.form.items() if isinstance(value, str)}

    def render(self, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
        page = self.bench.templates.get_template(template).render(visit=self, **context)
        response = HTMLResponse(page, status)
        if self.form_token in page:
            set_cookie(self.bench, response, FORM_COOKIE, self.form_token, same_site="strict")
        return response


Handler = Callable[[Visit], Response]


def open_door(bench: Workbench, handler: Handler, *, role: str | None = "viewer", files: int = 0) -> Endpoint:
    """An endpoint that lets in whoever holds `role` (None: everybody), and runs `handler` beside the event loop.

    Its form may hold so many `files`; only an address in review.headers.UPLOADS may have any.
    """

    async def endpoint(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(_answer, bench, handler, role, request, FormData())
        if role is None and int(request.headers["content-length"]) > LARGEST_PUBLIC_FORM:
            return PlainTextResponse(f"The form is longer than {LARGEST_PUBLIC_FORM:,} bytes.", 413)
        async with request.form(max_files=files) as form:
            return await run_in_threadpool(_answer, bench, handler, role, request, form)

    return endpoint


def _answer(bench: Workbench, handler: Handler, role: str | None, request: Request, form: FormData) -> Response:
    with bench.stores.lend() as store:
        token = request.cookies.get(cookie_name(bench, SESSION_COOKIE), "")
        session = store.users.session(token) if token else None
        form_token = request.cookies.get(cookie_name(bench, FORM_COOKIE)) or secrets.token_urlsafe(32)
        visit = Visit(bench=bench, request=request, store=store, session=session, form=form, form_token=form_token)
        if role is not None and session is None:
            return _ask_to_sign_in(visit)
        if refusal := _refuse(visit, role):
            return refusal
        try:
            return handler(visit)
        except NotFoundError as error:
            return visit.render("message.html", status=404, title="Not found", message=str(error))
        except BusyError as error:
            return visit.render("message.html", status=503, title="Too busy just now", message=str(error))


def _ask_to_sign_in(visit: Visit) -> Response:
    request = visit.request
    if request.headers.get("x-tidiermap") == "panel":  # the script keeps the form that was typed on the screen
        return PlainTextResponse("You have been signed out.", 401)
    wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return redirect("/sign-in", {"next": wanted if request.method == "GET" else "/"})


def _refuse(visit: Visit, role: str | None) -> Response | None:
    if visit.request.method == "POST" and not _from_own_form(visit, role):
        message = "The form does not come from a page of yours, or you signed in again since. Go back, reload, repeat."
        return visit.render("message.html", status=403, title="Not accepted", message=message)
    own = visit.session.user.role if visit.session else ""
    if role is not None and not has_role(own, role):
        message = f"This needs the role {role}; yours is {own}. Ask an admin."
        return visit.render("message.html", status=403, title="Not allowed", message=message)
    return None


def _from_own_form(visit: Visit, role: str | None) -> bool:
    """Whether the form repeats the session's token; on a page for everybody, the form cookie's will do."""
    tokens = [visit.session.csrf] if visit.session else []
    if role is None:
        tokens.append(visit.request.cookies.get(cookie_name(visit.bench, FORM_COOKIE), ""))
    said = visit.field("csrf").encode()
    return any(token and hmac.compare_digest(said, token.encode()) for token in tokens)


def has_role(role: str, needed: str) -> bool:
    return ROLES.index(role) >= ROLES.index(needed)


def redirect(path: str, query: Mapping[str, str] | None = None, *, anchor: str = "") -> RedirectResponse:
    """303 to a page of ours; empty values are left out of the query."""
    return RedirectResponse(path + in_address(query or {}) + (f"#{anchor}" if anchor else ""), 303)


def cookie_name(bench: Workbench, name: str) -> str:
    """Behind HTTPS the name begins with __Host-: no other host, and no page over HTTP, can set such a cookie."""
    return f"__Host-{name}" if bench.settings.secure_cookies else name


def set_cookie(
    bench: Workbench,
    response: Response,
    name: str,
    value: str,
    *,
    same_site: Literal["lax", "strict"],
    lasts: timedelta | None = None,
) -> None:
    """A cookie that no script reads; without `lasts` it is gone when the browser closes."""
    response.set_cookie(
        cookie_name(bench, name),
        value,
        max_age=int(lasts.total_seconds()) if lasts else None,
        httponly=True,
        samesite=same_site,
        secure=bench.settings.secure_cookies,
    )


def unset_cookie(bench: Workbench, response: Response, name: str) -> None:
    response.delete_cookie(cookie_name(bench, name), httponly=True, secure=bench.settings.secure_cookies)
