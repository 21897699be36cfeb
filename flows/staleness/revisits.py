"""When a page is asked for again: an interval that follows how often the page really changed, within bounds."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field, model_validator

from register.codes.vocabulary import PageKind
from register.datafile import DataModel, read_toml
from register.store.crawling.pages import StoredPage

REVISITS_FILE = "revisits.toml"
LEAFLET, FEED = "leaflet", "feed"
CLASSES = (*(kind.value for kind in PageKind), LEAFLET, FEED)
_LEAFLETS = ("application/pdf", "text/plain")
_PAGES = ("", "text/html", "application/xhtml+xml")


class Bounds(DataModel):
    """Days between two visits of one class of pages."""

    first: float = Field(gt=0)
    smallest: float = Field(gt=0)
    largest: float = Field(gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        if not self.smallest <= self.first <= self.largest:
            raise ValueError("smallest <= first <= largest")
        return self


class Revisits(DataModel):
    """`data/revisits.toml`, whose head says what each number means."""

    grow: float = Field(gt=1, le=10)
    shrink: float = Field(gt=0, lt=1)
    classes: dict[str, Bounds] = Field(alias="class")

    @model_validator(mode="after")
    def _complete(self) -> Revisits:
        if set(self.classes) != set(CLASSES):
            raise ValueError(f"one table [class.NAME] for each of {', '.join(CLASSES)}")
        return self

    def next_interval(self, name: str, interval: float, *, changed: bool) -> float:
        """Days to the next visit of a page of class `name`, after a visit that came `interval` days after the last.

        An interval of 0 is that of a page seen for the first time.
        """
        bounds = self.classes[name]
        if not interval:
            return bounds.first
        grown = interval * (self.shrink if changed else self.grow)
        return min(bounds.largest, max(bounds.smallest, grown))


def read_revisits(data: Path) -> Revisits:
    """The bounds of `revisits.toml`; raises ConfigError for a class that is missing or unknown."""
    return read_toml(Revisits, data / REVISITS_FILE)


def class_of(page: StoredPage) -> str:
    """The class of a page by its content type and its kind."""
    media = page.content_type.partition(";")[0].strip().lower()
    if media in _LEAFLETS:
        return LEAFLET
    if media not in _PAGES:
        return FEED
    return page.kind or PageKind.OTHER.value


def due_after(interval: float, *, now: datetime) -> datetime:
    return now + timedelta(days=interval)


def is_due(page: StoredPage, *, now: datetime) -> bool:
    """Whether it is time to ask again; a page that gave none at its last visit is always due."""
    return page.due_at is None or page.due_at <= now or bool(page.cause)
