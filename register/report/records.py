"""A published record as the report counts it, and the areas that records lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from register.codes.vocabulary import CODE_SCHEMES, NETS, SCOPE_FIELD, TIDIER_ITEMS, Scope, Status

ITEM_FIELDS: Final = tuple(f"tidier.{item}" for item in TIDIER_ITEMS)
# What the map counts of a record. Of an item it asks only whether it is reported, so that no text is held.
VALUE_FIELDS: Final = (
    *(f"code.{scheme}" for scheme in CODE_SCHEMES),
    "fact.cost",
    "fact.referral",
    "fact.delivery_mode",
    *(f"eligibility.{net}" for net in NETS),
    SCOPE_FIELD,
)
EVERYWHERE: Final = ""  # the key of the area that holds all localities of the report


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRecord:
    """A living published record as anybody may see it. `statuses` are those of ITEM_FIELDS, in their order; `values`
    has what is reported of VALUE_FIELDS, by the field's name; `points` are where it may be shown to be (m)."""

    id: str
    locality: str
    gss_code: str
    name: str
    page_url: str
    fetched_at: datetime
    changed_at: datetime
    verified_at: datetime
    found_via: tuple[str, ...]
    statuses: tuple[Status, ...]
    values: Mapping[str, tuple[str, ...]]
    points: tuple[tuple[int, int], ...] = ()
    wide: bool = False  # whether it is eligible in the wide net
    strict: bool = False

    def told(self, name: str) -> tuple[str, ...]:
        """What is reported of the field; () where nothing is."""
        return self.values.get(name, ())

    @property
    def is_away(self) -> bool:
        return self.told(SCOPE_FIELD)[:1] in ((Scope.ELSEWHERE.value,), (Scope.NATIONAL.value,))

    @property
    def nets(self) -> tuple[str, ...]:
        """The nets of eligibility that it is in."""
        return tuple(net for net in NETS if self.in_net(net))

    @property
    def items_reported(self) -> int:
        return self.statuses.count(Status.REPORTED)

    def in_net(self, net: str) -> bool:
        return self.wide if net == "wide" else self.strict


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A locality, or all of them together (`key` EVERYWHERE); its records in the order of their names.

    `records` are counted. `away` are not: services that its sites name, and that are of elsewhere or of the nation.
    `gone` were there in an earlier publication, to which the report goes back, and are no more.
    `splits` keeps the records by the codes of an axis, by its key, which many tables ask for.
    """

    key: str
    name: str
    gss_code: str
    records: tuple[MappedRecord, ...]
    away: tuple[MappedRecord, ...] = ()
    gone: tuple[MappedRecord, ...] = ()
    splits: dict[str, Mapping[str, Sequence[MappedRecord]]] = field(default_factory=dict, compare=False, repr=False)
