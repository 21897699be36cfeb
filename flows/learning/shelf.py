"""The code models learned from a register's decisions, each kept with its card beside the register, one in use."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from classify.model import MODEL_FILE, CodeModel, load_model, save_model
from classify.promotion import Comparison
from flows.settings import IN_USE, MODEL_NAME, SHIPPED
from register.errors import ConfigError, NotFoundError
from register.serial import digest, dump, load

CARD_NAME = "card.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a model was made of and how it did.

    `parent` is the model that was in use, `prior` the digest of the shipped model that it departs from, `decisions` the
    ids of those it learned from, `held_back` the hosts of each part that was held back in turn. `digest` names the
    bytes of its file; `reason` says why it was not promoted.
    """

    id: str
    made_at: datetime
    parent: str
    prior: str
    decisions: tuple[int, ...]
    held_back: tuple[tuple[str, ...], ...]
    comparison: Comparison
    promoted: bool
    reason: str
    digest: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of models; `in_use` names the one that codes, `shipped` where none was promoted."""

    folder: Path

    @property
    def in_use(self) -> str:
        pointer = self.folder / IN_USE
        return pointer.read_text(encoding="utf-8").strip() if pointer.exists() else SHIPPED

    def cards(self) -> tuple[Card, ...]:
        """The cards of all models, oldest first; raises ConfigError for one that cannot be read."""
        found = [_read(path) for path in self.folder.glob(f"*/{CARD_NAME}")]
        return tuple(sorted(found, key=lambda card: (card.made_at, card.id)))

    def card(self, name: str) -> Card | None:
        """The card of a learned model, None for the shipped one; raises NotFoundError where there is no such model."""
        if name == SHIPPED:
            return None
        path = self.folder / name / CARD_NAME
        if not name or Path(name).name != name or not path.exists():
            known = ", ".join((SHIPPED, *(card.id for card in self.cards())))
            raise NotFoundError(f"model {name}: there is none beside this register; found {known}")
        return _read(path)

    def keep(self, model: CodeModel, card: Card) -> Card:
        """Writes the model and its card, which gets the digest of the file; gives the card as written."""
        path = self.folder / card.id / MODEL_NAME
        save_model(model, path)
        kept = replace(card, digest=digest(path.read_bytes()))
        text = json.dumps(json.loads(dump(kept, Card)), indent=1, ensure_ascii=False)
        path.with_name(CARD_NAME).write_text(f"{text}\n", encoding="utf-8")
        return kept

    def use(self, name: str) -> CodeModel | None:
        """Puts a model in use, and gives it; raises NotFoundError for an unknown one, ConfigError where its file is not
        the one that its card tells of."""
        card = self.card(name)
        if card is None:
            (self.folder / IN_USE).unlink(missing_ok=True)
            return load_model()
        path = self.folder / name / MODEL_NAME
        found = digest(path.read_bytes()) if path.exists() else "no file"
        if found != card.digest:
            raise ConfigError(str(path), "digest", found, f"{card.digest}, as its card says")
        model = load_model(path)
        waiting = self.folder / f"{IN_USE}.new"
        waiting.write_text(f"{name}\n", encoding="utf-8")
        waiting.replace(self.folder / IN_USE)
        return model


def shipped_digest() -> str:
    return digest(MODEL_FILE.read_bytes()) if MODEL_FILE.exists() else ""


def _read(path: Path) -> Card:
    try:
        card: Card = load(path.read_text(encoding="utf-8"), Card)
    except (ValidationError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "(card)", "no card of a model", "the card that retrain wrote") from error
    return card
