"""JSON of the types that the register keeps, and times as text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from register.models import Candidate, DraftField, Evidence, SiteProfile, Value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (a type form, which has no type of its own yet)
    return TypeAdapter(kind)


def dump(value: object, kind: Any, *, sparse: bool = False) -> str:  # noqa: ANN401 (as above)
    """`value` as JSON text, in the form of the type `kind`; `sparse` leaves out what has its default."""
    return _adapter(kind).dump_json(value, exclude_defaults=sparse).decode()


def load(text: str, kind: Any) -> Any:  # noqa: ANN401 (as above)
    """What `dump` wrote, as the type `kind`; raises pydantic's ValidationError for another text."""
    return _adapter(kind).validate_json(text)


def load_candidate(text: str) -> Candidate:
    loaded: Candidate = _adapter(Candidate).validate_json(text)
    return loaded


def load_field(text: str) -> DraftField:
    loaded: DraftField = _adapter(DraftField).validate_json(text)
    return loaded


def load_evidence(text: str) -> tuple[Evidence, ...]:
    loaded: tuple[Evidence, ...] = _adapter(tuple[Evidence, ...]).validate_json(text)
    return loaded


def load_profile(text: str) -> SiteProfile:
    loaded: SiteProfile = _adapter(SiteProfile).validate_json(text)
    return loaded


def dump_evidence(evidence: tuple[Evidence, ...]) -> str:
    return dump(evidence, tuple[Evidence, ...])


def dump_value(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)


def load_value(text: str) -> Value:
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


def canonical(values: object) -> str:
    """JSON with one way of writing each value: keys in order, no spaces, characters as they are."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def to_text(when: datetime) -> str:
    """An aware time as `2026-03-01T09:30:00.000000Z`, which sorts as text."""
    if when.tzinfo is None:
        raise ValueError(f"{when!r} has no time zone; times in the register are aware")
    return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def with_times(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A table's row with the times in these columns read, where there are any."""
    return {**row, **{name: from_text(row[name]) for name in names if row[name]}}


def digest(text: str | bytes) -> str:
    """A short name of content: the first 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:32]
