"""What the application is given to take in statements and providers' answers: data files, a reader, an archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from register.errors import TidiermapError
from register.reviewing.intake import IntakeRules, ReadStatement, Statement
from register.reviewing.provider_form import ProviderForm
from review.intake.statements import KeepBodies, ReadWords


def _no_reader(statement: Statement) -> ReadStatement:
    raise TidiermapError("this application was started without what reads statements")


def _no_archive(statements: Sequence[Statement]) -> tuple[tuple[str, int], ...]:
    raise TidiermapError("this application was started without an archive to keep statements in")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeDesk:
    """`read(statement)` gives its page and candidate, `keep(statements)` archives their bodies, `warm(locality)`
    begins to load what reading needs. `personal(text)` lists what may be a private person's in it: (kind, words).
    `secret` is the file of the secret that signs providers' addresses, beside the register.
    """

    rules: IntakeRules = field(default_factory=IntakeRules)
    form: ProviderForm = field(default_factory=ProviderForm)
    localities: Callable[[], tuple[str, ...]] = tuple
    read: ReadWords = _no_reader
    keep: KeepBodies = _no_archive
    personal: Callable[[str], tuple[tuple[str, str], ...]] = lambda text: ()
    warm: Callable[[str], None] = lambda locality: None
    secret: Path | None = None
