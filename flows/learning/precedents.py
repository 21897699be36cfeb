"""Keeps the words of what was decided at hand, so that each candidate's page can show the records most like it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from classify.similar import WordIndex
from register.store import Store
from register.store.queue.candidates import KnownCandidate

MOST = 3  # records shown


@dataclass(slots=True)
class Precedents:
    """An index of the decided candidates, brought up to date with the decisions at each look."""

    _index: WordIndex = field(default_factory=WordIndex)
    _seen: int = 0  # the id of the last decision that the index knows of
    _lock: Lock = field(default_factory=Lock)

    def find(self, store: Store, known: KnownCandidate) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Ids of the decided candidates most like this one, each with the words that both use, most alike first."""
        text = "\n".join(known.page_text[start:end] for start, end in known.draft.spans)
        with self._lock:
            self._catch_up(store)
            found = self._index.nearest(name=known.draft.name, text=text, most=MOST, but=known.id)
        return tuple((one.key, one.words) for one in found)

    def _catch_up(self, store: Store) -> None:
        latest = store.learning.last_decision()
        if latest == self._seen:
            return
        for one in store.learning.decided_after(self._seen):
            if one.decided:
                self._index.put(one.id, name=one.name, text=one.text)
            else:
                self._index.remove(one.id)
        self._seen = latest
