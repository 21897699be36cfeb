"""What review needs to take in statements: reads them as pages are read, and archives them as pages are archived."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

from crawlers.archive import ArchiveWriter
from flows.settings import Settings, Stages
from register.localities.locality import locality_keys, read_locality
from register.reviewing.intake import ReadStatement, Statement, read_intake
from register.reviewing.provider_form import read_provider_form
from review.intake.desk import IntakeDesk

CONTENT_TYPE = "text/plain; charset=utf-8"
SOFTWARE = "tidiermap intake"
SIGNING_KEY = "provider_links.key"  # beside the register


def open_desk(settings: Settings) -> IntakeDesk:
    """What the application needs for intake, over the settings' register."""
    intake = Intake(settings)
    return IntakeDesk(
        rules=read_intake(settings.data),
        form=read_provider_form(settings.data),
        localities=lambda: locality_keys(settings.data),
        read=intake.read,
        keep=intake.keep,
        personal=_personal,
        warm=intake.warm,
        secret=settings.register.parent / SIGNING_KEY,
    )


def _personal(text: str) -> tuple[tuple[str, str], ...]:
    from flows.recording import personal  # with it comes what reads pages, which takes seconds

    return tuple(dict.fromkeys(personal(text)))


@dataclass(slots=True)
class Intake:
    """Reads statements one at a time. Models are loaded at the first one, for each locality, and again when another
    model is in use."""

    settings: Settings
    _stages: dict[tuple[str, Path | None], Stages] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def read(self, statement: Statement) -> ReadStatement:
        """The statement as a page, with its candidate. Raises ConfigError where the locality has no file."""
        from extract.reading import read_page  # with it come the libraries that read pages, which take seconds
        from flows.discovery.drafting import draft_statement

        body = statement.body.encode()
        with self._lock:
            page = read_page(
                body,
                url=statement.url,
                content_type=CONTENT_TYPE,
                locality=statement.locality,
                fetched_at=statement.said_at,
            )
            name = " ".join(statement.about.split())
            drafted = draft_statement(page, name=(0, len(name)), stages=self._loaded(statement.locality))
        return ReadStatement(text=page.text, text_hash=drafted.text_hash, candidate=drafted.candidates[0])

    def warm(self, locality: str) -> None:
        """Begins to load the models beside whoever asks: who opens a form need not wait for them when it is sent."""
        if (locality, self.settings.learned_model) not in self._stages and locality in locality_keys(
            self.settings.data
        ):
            Thread(target=self._load, args=(locality,), daemon=True).start()

    def _load(self, locality: str) -> None:
        with self._lock:
            self._loaded(locality)

    def keep(self, statements: Sequence[Statement]) -> tuple[tuple[str, int], ...]:
        """Archives the statements' bodies; gives the archive file and byte offset of each."""
        with self.settings.open_store() as store:
            archive = store.archive
        archive.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="tidiermap-intake-") as out:
            places = []
            for locality in dict.fromkeys(one.locality for one in statements):
                writer = ArchiveWriter(archive, locality, self.settings.clock(), software=SOFTWARE, out=Path(out))
                try:
                    places += [(one.url, _write(writer, one)) for one in statements if one.locality == locality]
                finally:
                    writer.close()
        found = dict(places)
        return tuple(found[one.url] for one in statements)

    def _loaded(self, locality: str) -> Stages:
        from flows.settings import load_stages

        key = (locality, self.settings.learned_model)
        if key not in self._stages:
            home = read_locality(self.settings.data, locality)
            self._stages[key] = load_stages(self.settings.data, locality=home, model=key[1])
        return self._stages[key]


def _write(writer: ArchiveWriter, statement: Statement) -> tuple[str, int]:
    return writer.write_resource(
        url=statement.url, content_type=CONTENT_TYPE, body=statement.body.encode(), at=statement.said_at
    )
