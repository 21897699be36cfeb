"""What differs between two states of the dataset, whatever they are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from register.codes.vocabulary import Status
from register.models import Evidence, RecordField, ServiceRecord
from register.publishing.difference import Cause, Comparison, compare
from register.publishing.publication import read_line, to_line
from register.publishing.telling import Wording, tell
from register.store.publishing.packing import departs, pack, unpack

DAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
WORDING = Wording(
    labels={"fact.cost": "Cost", "fact.postcodes": "Postcodes"},
    words={"type:befriending": "Befriending", "cost:paid": "costs something"},
    localities={"fenmarsh": "Fenmarsh"},
)


def field(name: str, value: str | tuple[str, ...] | None, *, verified: datetime = DAY) -> RecordField:
    told = Status.REPORTED if value is not None else Status.NOT_REPORTED
    quote = Evidence(quote=str(value), start=0, end=1, rule="test")
    return RecordField(
        name=name,
        status=told,
        value=value,
        evidence=(quote,) if value is not None else (),
        fetched_at=DAY,
        changed_at=DAY,
        verified_at=verified,
        verified_by="",
    )


def record(
    number: int = 1, *fields: RecordField, locality: str = "fenmarsh", closed: bool = False, into: str = ""
) -> ServiceRecord:
    return ServiceRecord(
        id=f"tm-{number}",
        locality=locality,
        gss_code="E99999999",
        name=f"Service {number}",
        page_url=f"https://growers.example/{number}",
        fields=fields,
        fetched_at=DAY,
        changed_at=DAY,
        verified_at=DAY,
        withdrawn_at=DAY if closed or into else None,
        merged_into=into,
    )


def told(comparison: Comparison) -> list[tuple[str, str, str, str, str]]:
    return [(c.record, c.field, c.before, c.after, c.cause.value) for c in comparison.changes]


def test_each_kind_of_change_is_told_as_what_it_is() -> None:
    later = DAY + timedelta(days=9)
    before = (
        record(1, field("fact.cost", "free"), field("fact.postcodes", ("ZZ99 4AB",)), field("fact.provider", None)),
        record(2),
        record(3),
        record(4, field("fact.cost", "free"), field("tidier.why", "so")),
        record(6, closed=True),
    )
    after = (
        record(1, field("fact.cost", "paid"), field("fact.postcodes", ("ZZ99 7XY",)), field("fact.provider", None)),
        record(2, closed=True),
        record(3, into="tm-1"),
        record(4, field("fact.cost", "free", verified=later), field("tidier.why", "so", verified=later)),
        record(5),
        record(6),
    )
    found = compare(before, after)
    assert told(found) == [
        ("tm-1", "fact.postcodes", "ZZ99 4AB", "ZZ99 7XY", "moved"),
        ("tm-1", "fact.cost", "free", "paid", "changed"),
        ("tm-2", "", "Service 2", "(closed 2026-03-01)", "closed"),
        ("tm-3", "", "Service 3", "tm-1", "merged"),
        ("tm-4", "", "2026-03-01T09:00:00.000000Z", "2026-03-10T09:00:00.000000Z", "verified"),
        ("tm-5", "", "(not in it)", "Service 5", "opened"),
        ("tm-6", "", "(closed 2026-03-01)", "Service 6", "opened"),
    ]
    assert (found.all.before, found.all.after, found.all.opened, found.all.closed, found.all.merged) == (4, 4, 2, 1, 1)
    text = tell(found, WORDING, title=["What changed"])
    assert "Fenmarsh: 4 services (4 before)" in text
    assert "Cost: was free; is now costs something" in text
    assert "Service 3 [tm-3]: now tm-1" in text


def test_a_name_that_its_field_tells_is_told_once() -> None:
    before = record(1, field("tidier.brief_name", "Old"))
    after = replace(record(1, field("tidier.brief_name", "New")), name="New")
    found = compare([replace(before, name="Old")], [after])
    assert told(found) == [("tm-1", "tidier.brief_name", "Old", "New", "changed")]


def test_a_fact_that_nobody_looked_for_before_is_no_change() -> None:
    unlooked = replace(field("fact.prices", None), status=Status.NOT_EXTRACTED)
    assert compare([record(1)], [record(1, unlooked)]).changes == ()


def test_fields_verified_one_by_one_are_told_one_by_one() -> None:
    fields = field("fact.cost", "free"), field("tidier.why", "so")
    again = replace(fields[0], verified_at=DAY + timedelta(days=1))
    found = compare([record(1, *fields)], [record(1, again, fields[1])])
    assert [(c.field, c.cause) for c in found.changes] == [("fact.cost", Cause.VERIFIED)]


def test_ids_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="expected each id once, in order"):
        compare([record(2), record(1)], [])


CODES = st.lists(st.sampled_from(["befriending", "gardening", "advice"]), unique=True, max_size=2)
ONE = st.builds(
    lambda number, codes, locality, closed, into: record(
        number,
        field("code.type", tuple(codes) or None),
        locality=locality,
        closed=closed,
        into="tm-9" if into and not closed else "",
    ),
    st.integers(1, 6),
    CODES,
    st.sampled_from(["fenmarsh", "hillside"]),
    st.booleans(),
    st.booleans(),
)
STATES = st.lists(ONE, max_size=6, unique_by=lambda one: one.id).map(lambda many: sorted(many, key=lambda one: one.id))


@settings(max_examples=60, deadline=None)
@given(STATES, STATES)
def test_tallies_add_up_by_any_key(before: list[ServiceRecord], after: list[ServiceRecord]) -> None:
    found = compare(before, after, also={"pair": lambda one: (f"{one.locality} {one.gss_code}",)})
    assert set(found.tallies) == {"all", "locality", "code", "pair"}
    for tally in (one for many in found.tallies.values() for one in many):
        assert tally.before + tally.opened + tally.gained - tally.closed - tally.merged - tally.lost == tally.after
    assert found.all.after == sum(one.withdrawn_at is None for one in after)
    assert compare(before, before).changes == ()
    assert all(tally.before == tally.after for tally in compare(after, after).by_code)


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_lines_come_out_as_they_were_packed(line: str, base: str) -> None:
    assert unpack(pack(line, base), base) == line
    against = departs(line, base)
    assert against is None or unpack(against, base) == line


def test_a_record_comes_back_from_its_line() -> None:
    one = record(1, field("fact.cost", "free"), field("fact.postcodes", ("ZZ99 4AB",)), into="tm-2")
    assert read_line(to_line(one)) == one
    assert "found_via" not in to_line(one), "what says nothing is left out, so that a new column changes no line"
