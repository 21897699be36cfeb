"""The settings that the options before a command name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getuser
from time import monotonic

import click

from flows.cli import named_register
from flows.settings import DEFAULT_REGISTER, Settings, find_data
from register.errors import ConfigError

PAUSE, LONG_PAUSE = 0.1, 5.0  # seconds between two tellings of how far work is, on a terminal and elsewhere


def settings_of(ctx: click.Context) -> Settings:
    """Settings from --register and --data; raises ConfigError where the data folder is none."""
    data = (ctx.find_root().obj or {}).get("data") or find_data()
    if not data.is_dir():
        raise ConfigError(str(data), "(folder)", "no such folder", "the folder of data files (--data)")
    return Settings(register=named_register(ctx) or DEFAULT_REGISTER, data=data)


def operator() -> str:
    """Who types this command, as the audit log names them."""
    try:
        return f"{getuser()} (command line)"
    except (OSError, KeyError):  # an account without a name, as in a container
        return "command line"


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """Tells how far long work is: in a line of the terminal that goes at the end, else in a line every few seconds."""
    terminal = sys.stderr.isatty()
    pause, last = (PAUSE, 0.0) if terminal else (LONG_PAUSE, monotonic())

    def tell(words: str) -> None:
        nonlocal last
        if monotonic() - last > pause:
            click.echo(f"\r\x1b[K{words}" if terminal else words, err=True, nl=not terminal)
            last = monotonic()

    try:
        yield tell
    finally:
        if terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
