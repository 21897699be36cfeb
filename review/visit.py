"""One request as the pages see it: who asks, with which form, on which register; and the door it comes through."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from register.errors import NotFoundError
from register.store import Store
from register.store.blind import BlindReview
from register.store.users import ROLES, Session
from review.limiter import SignInLimiter
from review.settings import ReviewSettings

SESSION_COOKIE = "tidiermap_session"
DECIDES = "reviewer"  # the least role that may decide

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What all requests share."""

    settings: ReviewSettings
    templates: Environment
    limiter: SignInLimiter


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request with its open store; `session` is None only on pages that need no sign-in."""

    bench: Workbench
    request: Request
    store: Store
    session: Session | None
    form: FormData

    origin: Store | None = None
    blind: BlindReview | None = None  # the copy that is decided on here; then `store` is the register of copies

    @property
    def home(self) -> Store:
        """The register itself: users, the queue as a whole, what stands next. `store` is where the candidate lies."""
        return self.origin or self.store

    @property
    def reviewer(self) -> str:
        return self.session.user.name if self.session else ""

    @property
    def may_decide(self) -> bool:
        return self.session is not None and has_role(self.session.user.role, DECIDES)

    def field(self, name: str) -> str:
        """The form's value of that name, empty where it has none."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def fields(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.form.getlist(name) if isinstance(value, str))

    def form_values(self) -> dict[str, str]:
        return {name: value for name, value in self.form.items() if isinstance(value, str)}

    def render(self, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
        page = self.bench.templates.get_template(template)
        return HTMLResponse(page.render(visit=self, **context), status)


Handler = Callable[[Visit], Response]


def open_door(bench: Workbench, handler: Handler, *, role: str | None = "viewer") -> Endpoint:
    """An endpoint that lets in whoever holds `role` (None: everybody), and runs `handler` beside the event loop."""

    async def endpoint(request: Request) -> Response:
        form = await request.form(max_files=0) if request.method == "POST" else FormData()
        return await run_in_threadpool(_answer, bench, handler, role, request, form)

    return endpoint


def _answer(bench: Workbench, handler: Handler, role: str | None, request: Request, form: FormData) -> Response:
    with bench.settings.open_store() as store:
        token = request.cookies.get(SESSION_COOKIE, "")
        session = store.users.session(token) if token else None
        visit = Visit(bench=bench, request=request, store=store, session=session, form=form)
        if role is not None:
            if session is None:
                return _ask_to_sign_in(visit)
            if refusal := _refuse(visit, session, role):
                return refusal
        try:
            return handler(visit)
        except NotFoundError as error:
            return visit.render("message.html", status=404, title="Not found", message=str(error))


def _ask_to_sign_in(visit: Visit) -> Response:
    request = visit.request
    if request.headers.get("x-tidiermap") == "panel":  # the script keeps the form that was typed on the screen
        return PlainTextResponse("You have been signed out.", 401)
    wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    query = urlencode({"next": wanted if request.method == "GET" else "/"})
    return RedirectResponse(f"/sign-in?{query}", 303)


def _refuse(visit: Visit, session: Session, role: str) -> Response | None:
    if visit.request.method == "POST" and not hmac.compare_digest(visit.field("csrf").encode(), session.csrf.encode()):
        message = "The form does not come from a page of yours, or you signed in again since. Go back, reload, repeat."
        return visit.render("message.html", status=403, title="Not accepted", message=message)
    if not has_role(session.user.role, role):
        message = f"This needs the role {role}; yours is {session.user.role}. Ask an admin."
        return visit.render("message.html", status=403, title="Not allowed", message=message)
    return None


def has_role(role: str, needed: str) -> bool:
    return ROLES.index(role) >= ROLES.index(needed)


def redirect(path: str, query: Mapping[str, str] | None = None, *, anchor: str = "") -> RedirectResponse:
    """303 to a page of ours; empty values are left out of the query."""
    kept = urlencode({name: value for name, value in (query or {}).items() if value})
    return RedirectResponse(path + (f"?{kept}" if kept else "") + (f"#{anchor}" if anchor else ""), 303)
