"""Which part of the queue a reviewer works through: kept in the address, so that it can be shared and stepped back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from register.codes.vocabulary import FIELD_NAMES, PageKind, Scope
from register.store.queue.listing import DEFAULT_ORDER, Filters, QueueOrder, QueueState, Reason
from review.addresses import query as in_address
from review.addresses import whole_number

TO_DECIDE = (QueueState.UNDECIDED.value, QueueState.REOPENED.value)
DECIDED = (QueueState.ACCEPTED.value, QueueState.REJECTED.value)
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
OVERDUE, REPORTED = "overdue", "reported"
# What the lines themselves tell, then what stands elsewhere (review.queue.reasons).
REASONS = {
    Reason.NO_TYPE.value: "type not known",
    Reason.UNCLEAR.value: "verdict unclear",
    Reason.CLASH.value: "facts contradict each other",
    Reason.MISSING.value: "no longer found",
    Reason.GONE.value: "page answers with an error",
    OVERDUE: "check overdue",
    REPORTED: "a reader says it is wrong",
    "asked": "you were asked",
    "unsure": "somebody is unsure",
    "later": "kept for later by you",
}
CHANGED = {"7": "in the last 7 days", "30": "in the last 30 days", "90": "in the last 90 days"}
WAITING = {"7": "longer than 7 days", "30": "longer than 30 days", "90": "longer than 90 days"}
# The choices of the order: its name, and what a list of it begins with and why.
ORDERS = {
    QueueOrder.SUREST: (
        "surest first",
        "the surest: what is most likely in, by its draft and by what was decided so far, so that few are read in vain",
    ),
    QueueOrder.WORTH: (
        "what adds most",
        "what is likely in and of a type or population that its locality has few of among the accepted",
    ),
    QueueOrder.UNKNOWN: (
        "type not known first",
        "those of no known type, for only a person can say, then the surest",
    ),
    QueueOrder.DOUBT: (
        "least sure first",
        "those that are as likely in as out: your answer tells most, and the machine learns most from it",
    ),
    QueueOrder.NEED: ("greatest need first", "the localities that are most deprived, then what adds most there"),
    QueueOrder.WAIT: ("longest waiting first", "those that have waited longest"),
    QueueOrder.MATCH: ("best match", "the best matches, names before words of the page"),
}
LONGEST = 200  # characters of a search


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """`state` is a key of STATES, `reason` of REASONS, `field` the one that changed, `changed` and `waiting` days.

    Empty values do not filter. A list goes on behind the place `start`, or up to the place `before`; `at` is the
    number of its first row. `page` counts the pages of the records, from 1.
    """

    state: str = ""
    locality: str = ""
    search: str = ""
    scope: str = ""
    kind: str = ""
    reason: str = ""
    field: str = ""
    changed: str = ""
    waiting: str = ""
    order: QueueOrder = DEFAULT_ORDER
    start: str = ""
    before: str = ""
    at: int = 1
    page: int = 1

    @property
    def filters(self) -> Filters:
        """The same as the store's queries take it, but for what review.queue.reasons adds."""
        return Filters(
            states=STATES[self.state][1],
            locality=self.locality,
            search=self.search,
            missing=True if self.state == "missing" else None,
            scope=self.scope,
            kind=self.kind,
            reason=self.reason if self.reason in set(Reason) else "",
            touched=self.field,
        )

    def values(self) -> dict[str, str]:
        """What goes into addresses and forms, but the place in the list; defaults are left out."""
        order = "" if self.order is _default(self.search) else self.order.value
        named = {NAMES.get(name, name): str(getattr(self, name)) for name in CHOICES}
        named |= {"order": order, "page": str(self.page) if self.page > 1 else ""}
        return {name: value for name, value in named.items() if value}

    def query(self, **extra: str) -> str:
        return in_address({**self.values(), **extra})

    def on_page(self, page: int) -> QueueFilter:
        return replace(self, page=page)

    def with_state(self, state: str) -> QueueFilter:
        return replace(self, state=state, page=1)

    def without(self, name: str) -> QueueFilter:
        """The same with one of CHOICES left out."""
        kept = {one: str(getattr(self, one)) for one in CHOICES if one != name}
        return QueueFilter(order=self.order, **kept)  # type: ignore[arg-type] # the CHOICES are all texts

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the CHOICES that filter, the state left out."""
        return tuple(name for name in CHOICES if name != "state" and getattr(self, name))


CHOICES = ("state", "locality", "search", "scope", "kind", "reason", "field", "changed", "waiting")
NAMES = {"search": "q", "field": "touched"}  # in the address; a form of a field has a `field` of its own


def _default(search: str) -> QueueOrder:
    return QueueOrder.MATCH if search else DEFAULT_ORDER


def read_filter(query: Mapping[str, str]) -> QueueFilter:
    """The filter that an address or a form names; what it does not know, it leaves out."""
    search = query.get("q", "").strip()[:LONGEST]
    order = query.get("order", "")
    return QueueFilter(
        state=_known(query, "state", STATES),
        locality=query.get("locality", "")[:LONGEST],
        search=search,
        scope=_known(query, "scope", {one.value for one in Scope}),
        kind=_known(query, "kind", {one.value for one in PageKind}),
        reason=_known(query, "reason", REASONS),
        field=_known(query, "touched", set(FIELD_NAMES)),
        changed=_known(query, "changed", CHANGED),
        waiting=_known(query, "waiting", WAITING),
        order=QueueOrder(order) if order in set(QueueOrder) else _default(search),
        start=query.get("from", "")[:LONGEST],
        before=query.get("before", "")[:LONGEST],
        at=whole_number(query.get("at", ""), least=1),
        page=whole_number(query.get("page", ""), least=1),
    )


def _known(query: Mapping[str, str], name: str, known: Mapping[str, object] | set[str]) -> str:
    value = query.get(name, "")
    return value if value in known else ""
