"""tidiermap user add NAME, list, role, password, assign, disable, enable"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from flows.commands.context import operator, settings_of
from flows.settings import Settings
from register.counts import plural
from register.errors import ConfigError
from register.store import Store
from register.store.people.users import ROLES, check_name


@click.group(help="Add, list and disable reviewers; say who may do what, and where they review.")
def command() -> None: ...


@command.command(help="Add NAME (or give it a new password and role); prints the password once.")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reviewer", show_default=True)
@click.option("--password", help="Take this password in the place of a made one.")
@click.pass_context
def add(ctx: click.Context, name: str, role: str, password: str | None) -> None:
    from review.people.accounts import hash_password, make_password
    from review.people.standing import standing

    secret, name = password or make_password(), check_name(name)
    hashed = hash_password(secret)
    with settings_of(ctx).open_store() as store, store.transaction():
        before = standing(store, name) if store.users.find(name) else ""
        store.users.put(name, role=role, password_hash=hashed)
        what = "gave a role and a new password" if before else "added"
        store.audit.note(operator(), what, f"user {name}", before=before, after=standing(store, name))
    click.echo(f"{role} {name} signs in with the password {secret}")


@command.command("list", help="List the users: name, role, state, localities, open sessions.")
@click.pass_context
def list_users(ctx: click.Context) -> None:
    with settings_of(ctx).open_store() as store:
        assigned, sessions = store.assignments.all(), store.users.open_sessions()
        for user in store.users.all():
            state = "disabled" if user.disabled_at else "active"
            localities = ", ".join(assigned.get(user.name, ())) or "all localities"
            signed_in = plural(len(sessions.get(user.name, ())), "session")
            click.echo(f"{user.name}\t{user.role}\t{state}\t{localities}\t{signed_in}")


@command.command(help="Give NAME another role; open sessions end.")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@click.pass_context
def role(ctx: click.Context, name: str, role: str) -> None:
    with _changing(ctx, name, "gave a role") as (store, _):
        store.users.set_role(name, role)
    click.echo(f"{name} is {role}")


@command.command(help="Give NAME a new password, printed once; open sessions end.")
@click.argument("name")
@click.pass_context
def password(ctx: click.Context, name: str) -> None:
    from review.people.accounts import hash_password, make_password

    secret = make_password()
    hashed = hash_password(secret)
    with _changing(ctx, name, "gave a new password") as (store, _):
        store.users.set_password(name, hashed)
    click.echo(f"{name} signs in with the password {secret}")


@command.command(help="Serve NAME these localities and no others; none named: all of them.")
@click.argument("name")
@click.argument("localities", nargs=-1)
@click.pass_context
def assign(ctx: click.Context, name: str, localities: tuple[str, ...]) -> None:
    with _changing(ctx, name, "gave localities") as (store, settings):
        for locality in localities:
            _check_locality(store, settings, locality)
        store.assignments.assign(name, localities, by=operator())
    click.echo(f"{name} is served {', '.join(sorted(localities)) or 'all localities'}")


@command.command(help="Let NAME sign in no more; what they decided stays.")
@click.argument("name")
@click.pass_context
def disable(ctx: click.Context, name: str) -> None:
    with _changing(ctx, name, "disabled") as (store, _):
        store.users.disable(name)
    click.echo(f"{name} can no longer sign in")


@command.command(help="Let NAME sign in again.")
@click.argument("name")
@click.pass_context
def enable(ctx: click.Context, name: str) -> None:
    with _changing(ctx, name, "enabled") as (store, _):
        store.users.enable(name)
    click.echo(f"{name} can sign in again")


@contextmanager
def _changing(ctx: click.Context, name: str, what: str) -> Iterator[tuple[Store, Settings]]:
    """The store, in a transaction that also notes the change of a user whom it knows; all of it or nothing."""
    from review.people.standing import standing

    settings = settings_of(ctx)
    with settings.open_store() as store, store.transaction():
        before = standing(store, name)
        yield store, settings
        store.audit.note(operator(), what, f"user {name}", before=before, after=standing(store, name))


def _check_locality(store: Store, settings: Settings, locality: str) -> None:
    named = (settings.data / "localities" / f"{locality}.toml").is_file()
    known = store.browse.localities()
    if not named and locality not in known:
        expected = f"a file of data/localities, or one of {', '.join(known) or 'none yet'}"
        raise ConfigError("user assign", "locality", locality, expected)
