"""tidiermap user add NAME, list, disable"""

from __future__ import annotations

import click

from flows.commands.context import settings_of
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
    with settings_of(ctx).open_store() as store:
        store.users.put(name, role=role, password_hash=hash_password(secret))
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
    with settings_of(ctx).open_store() as store:
        if store.users.find(name) is None:
            raise NotFoundError(f"user {name}: there is none in this register")
        store.users.disable(name)
    click.echo(f"{name} can no longer sign in")
