"""tidiermap user add NAME, list, disable"""

from __future__ import annotations

import click

from flows.commands.context import operator, settings_of
from register.errors import NotFoundError
from register.store.users import ROLES


@click.group(help="Add, list and disable reviewers.")
def command() -> None: ...


@command.command(help="Add NAME (or give it a new password and role); prints the password once.")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="reviewer", show_default=True)
@click.option("--password", help="Take this password in the place of a made one.")
@click.pass_context
def add(ctx: click.Context, name: str, role: str, password: str | None) -> None:
    from review.accounts import hash_password, make_password

    secret = password or make_password()
    hashed = hash_password(secret)
    with settings_of(ctx).open_store() as store, store.transaction():
        known = store.users.find(name)
        store.users.put(name, role=role, password_hash=hashed)
        was = "" if known is None else "disabled" if known.disabled_at else known.role
        store.audit.note(operator(), "gave a role and a new password", f"user {name}", before=was, after=role)
    click.echo(f"{role} {name} signs in with the password {secret}")


@command.command("list", help="List the users.")
@click.pass_context
def list_users(ctx: click.Context) -> None:
    with settings_of(ctx).open_store() as store:
        for user in store.users.all():
            click.echo(f"{user.name}\t{user.role}\t{'disabled' if user.disabled_at else 'active'}")


@command.command(help="Let NAME sign in no more; what they decided stays.")
@click.argument("name")
@click.pass_context
def disable(ctx: click.Context, name: str) -> None:
    with settings_of(ctx).open_store() as store, store.transaction():
        known = store.users.find(name)
        if known is None:
            raise NotFoundError(f"user {name}: there is none in this register")
        store.users.disable(name)
        store.audit.note(operator(), "disabled", f"user {name}", before=known.role, after="disabled")
    click.echo(f"{name} can no longer sign in")
