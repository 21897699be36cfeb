"""What the public pages are given, and what they keep in memory: the index of the edition in force, and maps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from register.localities.ground import Ground
from register.localities.outlines import Ring
from register.public.rules import Landmark, PublicRules
from register.staleness.freshness import FreshnessRules
from register.store import Store
from review.public.index import ServiceIndex
from review.public.map import Picture

PICTURES_KEPT = 100  # some twenty kilobytes each
FindSpot = Callable[[str], tuple[int, int] | None]


class CurrentIndex:
    """The index of the edition in force: made when it is first asked for, and again when another edition is."""

    def __init__(self) -> None:
        self._lock, self._edition, self._index = Lock(), "", ServiceIndex(())

    def of(self, store: Store) -> ServiceIndex:
        edition = store.public.edition()[0]
        with self._lock:
            if edition != self._edition:
                self._index, self._edition = ServiceIndex(store.public.listed(), edition=edition), edition
            return self._index


class Pictures:
    """The maps that were drawn last, by edition and address: the next page of a list shows the same one."""

    def __init__(self) -> None:
        self._lock, self._drawn = Lock(), OrderedDict[tuple[str, str], Picture | None]()

    def of(self, edition: str, address: str, draw: Callable[[], Picture | None]) -> Picture | None:
        """The picture of this address, drawn where it is none of the last."""
        key = (edition, address)
        with self._lock:
            if key in self._drawn:
                self._drawn.move_to_end(key)
                return self._drawn[key]
        picture = draw()
        with self._lock:
            self._drawn[key] = picture
            while len(self._drawn) > PICTURES_KEPT:
                self._drawn.popitem(last=False)
        return picture


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFace:
    """`words` are plain words by `scheme:code`, `localities` names and `gss_codes` codes by a locality's key.

    `find_postcode` and `find_half` say where a postcode, or the middle of half of one, lies; `outline` gives the rings
    of a district by its GSS code, none where there is no file of it. `freshness` says how long a check holds.
    """

    rules: PublicRules
    words: Mapping[str, str]
    localities: Mapping[str, str]
    gss_codes: Mapping[str, str]
    landmarks: tuple[Landmark, ...]
    ground: Ground
    find_postcode: FindSpot
    find_half: FindSpot
    outline: Callable[[str], tuple[Ring, ...]]
    freshness: FreshnessRules
    index: CurrentIndex = field(default_factory=CurrentIndex)
    pictures: Pictures = field(default_factory=Pictures)

    def about(self, key: str) -> str:
        """What a report is about, in words."""
        return next((choice.words for choice in self.rules.reports.about if choice.key == key), key)
