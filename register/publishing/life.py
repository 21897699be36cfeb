"""A record's life in plain lines, from first seen to tombstone: what happened, when, by whose role. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from register.models import RECORD, ServiceRecord
from register.publishing.difference import Cause, compare
from register.publishing.publication import Publication
from register.publishing.telling import Wording
from register.store.staleness.life import Fact, Subject

SITTING = timedelta(hours=1)  # what one person decides of a record within it is told as one
UNTOLD = "page text refreshed"  # of a revision in which nothing of the service changed
ROLES = {"reviewer": "a reviewer", "adjudicator": "an adjudicator", "admin": "an administrator"}
SEEN = {"discover": "by a crawl", "recheck": "by a recheck", "intake": "told by somebody", "import": "in an import"}
WHOLE = {"approve": "accepted", "reject": "rejected", "undo": "took back the decision on", "not_stated": "accepted"}
FIELD = {
    "approve": "approved",
    "edit": "edited",
    "reject": "rejected",
    "not_stated": "found not stated",
    "undo": "took back the decision on",
}
JUDGED = {
    "judged: merge": "{who} found it to be the same service as {about}",
    "took in": "{who} found {about} to be the same service, and merged it into this one",
    "judged: apart": "{who} found it to be another service than {about}",
    "judged: programme": "{who} found it and {about} to be of one programme, and two services",
    "judged: undo": "{who} took back the judgement on it and {about}",
}
ANSWERED = {
    "answered: right": "its provider says that all is right",
    "answered: corrections": "its provider corrects: {fields}",
    "answered: closed": "its provider says that it has closed",
    "answered: monitoring": "its provider told how it is used",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a life. `kind` is the fact's, or "published"; `publication` the id of the one that told it."""

    at: datetime
    kind: str
    words: str
    role: str = ""
    publication: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The record as a publication has it, where it differs from the one before; None where it has it not any more."""

    publication: Publication
    record: ServiceRecord | None


def tell_life(
    subject: Subject, facts: Sequence[Fact], chapters: Sequence[Chapter], wording: Wording, *, names: bool = False
) -> tuple[Entry, ...]:
    """The entries in the order of their times; with `names`, people go by their names, which are for inside only."""
    lines = [*_happened(subject, facts, wording, names=names), *_published(chapters, wording)]
    return tuple(sorted(lines, key=lambda entry: entry.at))


def standing(subject: Subject) -> str:
    """What the record is now, in a sentence."""
    if subject.merged_into:
        return f"It is the same service as {subject.merged_into}, and was merged into it."
    if subject.withdrawn_at:
        return f"It is closed since {subject.withdrawn_at:%Y-%m-%d}, and stays as a tombstone."
    if not subject.record:
        return f"It was never published; it is {subject.state} in the queue."
    if subject.state == "reopened":
        return "It is published, and a part of it is to be looked at again."
    return "It is published." if not subject.missing_since else "It is published, and no longer found on its page."


def _happened(subject: Subject, facts: Sequence[Fact], wording: Wording, *, names: bool) -> Iterator[Entry]:
    for fact in _by_sitting(facts):
        if words := _words(subject, fact, wording, names=names):
            yield Entry(at=fact.at, kind=fact.kind, words=words, role=fact.role)


def _by_sitting(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Decisions of one kind that one person took on fields within a sitting, as one fact."""
    open_one: Fact | None = None
    for fact in facts:
        of_field = fact.kind.startswith("decided: ") and fact.about != RECORD
        told = replace(fact, about="", fields=(fact.about,)) if of_field else fact
        goes_on = open_one and of_field and (fact.kind, fact.who) == (open_one.kind, open_one.who)
        if open_one and goes_on and fact.at - open_one.at <= SITTING:
            open_one = replace(open_one, fields=(*open_one.fields, fact.about))
            continue
        if open_one:
            yield open_one
        open_one = told if of_field else None
        if not of_field:
            yield told
    if open_one:
        yield open_one


def _words(subject: Subject, fact: Fact, wording: Wording, *, names: bool) -> str:
    who = fact.who if names and fact.who else ROLES.get(fact.role, "a reviewer")
    fields = _listed(fact.fields, wording.label)
    say = {**JUDGED, **ANSWERED}.get(fact.kind)
    if say:
        return _capital(say.format(who=who, about=fact.about, fields=fields or "nothing"))
    if fact.kind.startswith("decided: "):
        return _decided(fact, who, fields)
    if fact.kind == "seen first":
        return f"First seen {SEEN.get(fact.about, f'in a run of {fact.about}')}, on {subject.page_url}"
    if fact.kind == "opened again":
        return f"Its page says something else: to be looked at again are {fields or 'all fields'}"
    if fact.kind == "read again":
        return "" if fact.words == UNTOLD and not fact.fields else f"Read again: {fact.words}; {fields or 'all fields'}"
    if fact.kind == "checked":
        return f"Found {f'{fact.about} in {fields}' if fields else fact.about}: {fact.words}"
    told = {
        "missing": "No longer found on its page in a healthy crawl",
        "closed": "Withdrawn: it stays as a tombstone",
        "merged": f"Merged into {fact.about}: it stays as a pointer",
        "stands again": "Stands for itself again: a merge was undone",
    }
    return told.get(fact.kind, fact.kind)


def _decided(fact: Fact, who: str, fields: str) -> str:
    verdict = fact.kind.removeprefix("decided: ")
    if fact.about == RECORD:
        parts = f", and {fact.words} fields with it" if fact.words else ""
        return _capital(f"{who} {WHOLE[verdict]} the record{parts}")
    return _capital(f"{who} {FIELD[verdict]}: {fields}")


def _published(chapters: Sequence[Chapter], wording: Wording) -> Iterator[Entry]:
    before: ServiceRecord | None = None
    for chapter in chapters:
        since = compare([before] if before else [], [chapter.record] if chapter.record else [])
        said: list[str] = []
        for change in since.changes:
            if change.field and change.cause is not Cause.VERIFIED:
                was, now = (wording.value(change.field, cell) for cell in (change.before, change.after))
                said.append(f"{wording.label(change.field)}: was {was}; is now {now}")
        whole = next((change for change in since.changes if not change.field), None)
        if whole:
            said = [_of_whole(whole.cause, first=before is None), *said]
        elif not said and since.changes:
            said = ["some of it verified again"]
        if said:
            words = f"Published in {chapter.publication.id}: {'; '.join(said)}"
            at, name = chapter.publication.published_at, chapter.publication.id
            yield Entry(at=at, kind="published", words=words, publication=name)
        before = chapter.record


def _of_whole(cause: Cause, *, first: bool) -> str:
    return {
        Cause.OPENED: "for the first time" if first else "living again",
        Cause.CLOSED: "as closed",
        Cause.MERGED: "as a pointer to the service that it is",
        Cause.VERIFIED: "verified again by a person, and found the same",
    }.get(cause, cause.value)


def _listed(fields: Iterable[str], label: Callable[[str], str]) -> str:
    return ", ".join(label(name) for name in dict.fromkeys(fields))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
