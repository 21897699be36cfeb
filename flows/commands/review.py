"""tidiermap review"""

from __future__ import annotations

import click

from flows.commands.context import settings_of

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command(help="Serve the reviewers' web application, on loopback unless told otherwise.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8642, show_default=True, help="0 takes a free one.")
@click.option("--secure-cookies", is_flag=True, help="Send cookies over HTTPS only; for use behind a proxy.")
@click.option("--name", "names", multiple=True, help="A host name that the proxy serves it under; may be repeated.")
@click.pass_context
def command(ctx: click.Context, host: str, port: int, secure_cookies: bool, names: tuple[str, ...]) -> None:
    from flows.workbench import open_app
    from review.serve import serve

    settings = settings_of(ctx)
    with settings.open_store() as store:
        if not store.users.all():
            click.echo("Nobody can sign in yet: tidiermap user add NAME makes a reviewer and prints a password.")
    own = frozenset(name.lower() for name in (*names, *(LOOPBACK if host in LOOPBACK or names else ())))
    app = open_app(settings, secure_cookies=secure_cookies, names=own)
    serve(
        app,
        host=host,
        port=port,
        on_ready=lambda address: click.echo(f"The review application is at {address}"),
        behind_proxy=secure_cookies,
    )
