"""Which part of the queue a reviewer works through: kept in the address, so that it can be shared and stepped back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from register.store.listing import Filters, QueueOrder, QueueState
from register.vocabulary import Scope

TO_DECIDE = (QueueState.UNDECIDED.value, QueueState.REOPENED.value)
# The choices of the filter, by what stands in the address.
STATES = {
    "": ("To decide", TO_DECIDE),
    "undecided": ("New", (QueueState.UNDECIDED.value,)),
    "reopened": ("Reopened", (QueueState.REOPENED.value,)),
    "accepted": ("Accepted", (QueueState.ACCEPTED.value,)),
    "rejected": ("Rejected", (QueueState.REJECTED.value,)),
    "missing": ("Missing", ()),
    "all": ("All", ()),
}
# The choices of the order, and how a list of each says what follows the reopened ones.
ORDERS = {
    QueueOrder.UNKNOWN: ("type not known first", "those of no known type, then the surest"),
    QueueOrder.SUREST: ("surest first", "the surest"),
}
LONGEST = 200  # characters of a search


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """`state` is a key of STATES; empty values do not filter. `page` counts from 1."""

    state: str = ""
    locality: str = ""
    search: str = ""
    scope: str = ""
    order: QueueOrder = QueueOrder.UNKNOWN
    page: int = 1

    @property
    def filters(self) -> Filters:
        """The same as the store's queries take it."""
        return Filters(
            states=STATES[self.state][1],
            locality=self.locality,
            search=self.search,
            missing=True if self.state == "missing" else None,
            scope=self.scope,
        )

    def values(self) -> dict[str, str]:
        """What goes into addresses and forms; defaults are left out."""
        page = str(self.page) if self.page > 1 else ""
        order = "" if self.order is QueueOrder.UNKNOWN else self.order.value
        named = {"state": self.state, "locality": self.locality, "q": self.search, "scope": self.scope}
        named |= {"order": order, "page": page}
        return {name: value for name, value in named.items() if value}

    def query(self, **extra: str) -> str:
        kept = {name: value for name, value in {**self.values(), **extra}.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def on_page(self, page: int) -> QueueFilter:
        return replace(self, page=page)

    def with_state(self, state: str) -> QueueFilter:
        return replace(self, state=state, page=1)


def read_filter(query: Mapping[str, str]) -> QueueFilter:
    """The filter that an address or a form names; what it does not know, it leaves out."""
    state = query.get("state", "")
    scope, order, page = query.get("scope", ""), query.get("order", ""), query.get("page", "1")
    return QueueFilter(
        state=state if state in STATES else "",
        locality=query.get("locality", "")[:LONGEST],
        search=query.get("q", "").strip()[:LONGEST],
        scope=scope if scope in {one.value for one in Scope} else "",
        order=QueueOrder(order) if order in set(QueueOrder) else QueueOrder.UNKNOWN,
        page=int(page) if page.isdecimal() and 0 < int(page) < 1_000_000 else 1,
    )
