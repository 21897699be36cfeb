"""The admins' page of people: who may do what, where they review, which sessions are open."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from register.errors import TidiermapError
from register.store.people.users import ROLES, User, check_name
from review.people.accounts import hash_password, make_password
from review.people.standing import standing
from review.visit import Visit, redirect

SAID = {
    "role": "The role is changed; who had pages open signs in anew.",
    "localities": "The localities are changed.",
    "sessions": "Signed out everywhere.",
    "disable": "They can sign in no more. What they decided stays.",
    "enable": "They can sign in again.",
}

# The same as the audit log says it.
NOTED = {
    "role": "gave a role",
    "localities": "gave localities",
    "sessions": "signed out everywhere",
    "disable": "disabled",
    "enable": "enabled",
}


def show_people(visit: Visit) -> Response:
    return _page(visit)


def add_person(visit: Visit) -> Response:
    """Adds a user and shows the password once."""
    secret = make_password()
    hashed = hash_password(secret)
    try:
        name, role = check_name(visit.field("name")), _role(visit)
        with visit.store.transaction():
            if visit.store.users.find(name):
                raise TidiermapError(f"name: found {name}, who is here already, expected another one")
            visit.store.users.put(name, role=role, password_hash=hashed)
            visit.store.assignments.assign(name, _localities(visit), by=visit.reviewer)
            _note(visit, "added", name, after=standing(visit.store, name))
    except TidiermapError as error:
        return _page(visit, status=422, trouble=str(error))
    return _page(visit, password=(name, secret))


def give_password(visit: Visit) -> Response:
    """Gives a user a new password, shows it once, and ends their sessions."""
    secret = make_password()
    hashed = hash_password(secret)
    name = visit.field("name")
    with visit.store.transaction():
        visit.store.users.get(name)
        visit.store.users.set_password(name, hashed)
        _note(visit, "gave a new password", name)
    return _page(visit, password=(name, secret))


def change_person(visit: Visit) -> Response:
    """Changes one thing about a user: role, localities, sessions, or whether they may sign in."""
    name, change = visit.field("name"), visit.field("change")
    try:
        if change not in CHANGES:
            raise TidiermapError(f"change: found {change!r}, expected one of {', '.join(CHANGES)}")
        with visit.store.transaction():
            before = standing(visit.store, name)
            CHANGES[change](visit, name)
            _note(visit, NOTED[change], name, before=before, after=standing(visit.store, name))
    except TidiermapError as error:
        return _page(visit, status=422, trouble=str(error))
    if name == visit.reviewer and change in ("role", "sessions"):
        return redirect("/sign-in")
    return redirect("/people", {"said": change, "name": name}, anchor="said")


CHANGES: dict[str, Callable[[Visit, str], object]] = {
    "role": lambda visit, name: visit.store.users.set_role(name, _role(visit)),
    "localities": lambda visit, name: visit.store.assignments.assign(name, _localities(visit), by=visit.reviewer),
    "sessions": lambda visit, name: visit.store.users.close_sessions(name),
    "disable": lambda visit, name: visit.store.users.disable(name),
    "enable": lambda visit, name: visit.store.users.enable(name),
}


def _role(visit: Visit) -> str:
    role = visit.field("role")
    if role not in ROLES:
        raise TidiermapError(f"role: found {role!r}, expected one of {', '.join(ROLES)}")
    return role


def _localities(visit: Visit) -> tuple[str, ...]:
    """The localities that were ticked; raises TidiermapError for one that the register does not know."""
    known = _all_localities(visit)
    if unknown := [one for one in visit.fields("locality") if one not in known]:
        raise TidiermapError(f"locality: found {unknown[0]!r}, expected one of {', '.join(known)}")
    return visit.fields("locality")


def _all_localities(visit: Visit) -> tuple[str, ...]:
    """Those with candidates, and those that somebody was given before there were any."""
    given = {one for localities in visit.store.assignments.all().values() for one in localities}
    return tuple(sorted(given | set(visit.store.browse.localities())))


def _note(visit: Visit, what: str, name: str, *, before: str = "", after: str = "") -> None:
    visit.store.audit.note(visit.reviewer, what, f"user {name}", before=before, after=after)


def _page(visit: Visit, *, status: int = 200, trouble: str = "", password: tuple[str, str] | None = None) -> Response:
    users: tuple[User, ...] = visit.store.users.all()
    held = visit.store.leases.held()
    query = visit.request.query_params
    return visit.render(
        "people.html",
        status=status,
        users=sorted(users, key=lambda user: (user.disabled_at is not None, user.name)),
        roles=ROLES,
        localities=_all_localities(visit),
        assigned=visit.store.assignments.all(),
        sessions=visit.store.users.open_sessions(),
        held={user.name: tuple(lease for lease in held if lease.holder == user.name) for user in users},
        trouble=trouble,
        password=password,
        said=SAID.get(query.get("said", ""), ""),
        about=query.get("name", ""),
    )
