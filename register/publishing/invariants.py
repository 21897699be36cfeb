"""What must hold of every publication; each breach says what, where, what was expected, and how to go on. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from register.codes.codebook import Codebook
from register.codes.values import check_value
from register.codes.vocabulary import Status
from register.errors import PublishError, TidiermapError
from register.models import ServiceRecord
from register.publishing.difference import as_text, is_living, shown
from register.publishing.rules import Duplicate, Floor

TOLD = 20  # breaches that are told one by one; the rest are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """`where` names the record or candidate, `what` what was found and expected there, `go_on` what a person can do."""

    where: str
    what: str
    go_on: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} ({self.go_on})"


def refuse(breaches: Sequence[Breach]) -> None:
    """Raises PublishError, which tells the breaches, where there are any."""
    if not breaches:
        return
    head = "nothing was published" if len(breaches) == 1 else f"nothing was published, for {len(breaches)} reasons"
    told = [str(breach) for breach in breaches[:TOLD]]
    more = [f"and {len(breaches) - TOLD} more"] if len(breaches) > TOLD else []
    raise PublishError("\n  ".join([head + ":", *told, *more]))


def broken_records(records: Sequence[ServiceRecord], *, codebook: Codebook) -> Iterator[Breach]:
    """Living records, published anew or kept from before, with a value that has no evidence or is none (a code that the
    codebook has lost); tombstones and pointers that lead nowhere."""
    ids = Counter(record.id for record in records)
    for record in records:
        if ids[record.id] > 1:
            what = f"found this id {ids[record.id]} times, expected each id once"
            yield Breach(where=_where(record), what=what, go_on="a backup has the register as it was")
        if record.merged_into and (record.withdrawn_at is None or record.merged_into not in ids):
            what = f"found a pointer to {record.merged_into}, expected a dated one to a record of this register"
            yield Breach(where=_where(record), what=what, go_on="undo the merge on its page, and merge again")
        if not is_living(record):
            continue
        for field in record.fields:
            if field.status is not Status.REPORTED:
                continue
            where = f"{_where(record)}: {field.name}"
            if not field.evidence:
                yield Breach(where=where, what="found a value without evidence", go_on="decide on it again")
            try:
                check_value(field.name, field.value, codebook=codebook)
            except TidiermapError as error:
                what = str(error).removeprefix(f"{field.name}: ")
                yield Breach(
                    where=where, what=what, go_on="put the code back into data/codebook, or decide on it again"
                )


def duplicates(records: Sequence[ServiceRecord], rules: Duplicate) -> Iterator[Breach]:
    """Living records that say the same in all that the rules name."""
    seen: dict[tuple[str, ...], ServiceRecord] = {}
    for record in (one for one in records if is_living(one)):
        fields = {field.name: field for field in record.fields}
        told = tuple(shown(fields.get(name)) if "." in name else as_text(getattr(record, name)) for name in rules.same)
        told = tuple(" ".join(text.casefold().split()) for text in told)
        if (first := seen.setdefault(told, record)) is not record:
            what = f"found the same service as {first.id} (the same {', '.join(rules.same)}), expected each once"
            yield Breach(where=_where(record), what=what, go_on="merge the two on the page of either, or reject one")


def below_floor(
    before: Sequence[ServiceRecord], after: Sequence[ServiceRecord], rules: Floor, *, accepted: bool
) -> Iterator[Breach]:
    """Counts of living records that fell further since the last publication than the rules allow; none where a person
    `accepted` that."""
    if accepted:
        return
    had, has = (Counter(one.locality for one in records if is_living(one)) for records in (before, after))
    counts = [("all localities", had.total(), has.total()), *((key, had[key], has[key]) for key in sorted(had))]
    for where, was, now in counts:
        if was >= rules.least and now < rules.share * was:
            what = (
                f"found {now} living records, expected at least {rules.share:.0%} of the {was} that the last "
                "publication has"
            )
            go_on = "tidiermap publish --fewer 'the reason' publishes all the same"
            yield Breach(where=where, what=what, go_on=f"{go_on}; the share stands in data/publishing.toml")


def _where(record: ServiceRecord) -> str:
    return f"record {record.id} ({record.name})"
