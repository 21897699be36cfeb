"""The settings that the options before a command name."""

from __future__ import annotations

from getpass import getuser

import click

from flows.cli import named_register
from flows.settings import DEFAULT_REGISTER, Settings, find_data
from register.errors import ConfigError


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
