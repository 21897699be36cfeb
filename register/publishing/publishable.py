"""A record as it may be published, in every format: what is private of a person is left out by default, and counted.

Left out are names, mobile numbers, personal e-mail addresses and home addresses of private people, places that must not
be known, and who verified a value. A role's address and a service's landline stay. A person may decide for one value of
one record that it is published all the same; nothing else lets anything through.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from register.codes.vocabulary import FACT_BY_NAME, SCHEMES, Status
from register.hosts import host_of, is_web_address
from register.localities.places import POSTCODE
from register.models import RecordField, ServiceRecord, Value
from register.public.masking import is_masked
from register.public.privacy import HOUSE, NAME_LEFT_OUT, Discretion, Private, PrivateKind, plain_form

PLACE_FIELDS = ("tidier.where", "fact.postcodes", "fact.addresses")
_PLACES = re.compile(rf"{HOUSE.pattern}|\b[A-Z]{{1,2}}\d[A-Z\d]?\s?\d[A-Z]{{2}}\b")
_WORD = re.compile(r"[^\W\d_][\w’'-]+")
# The record's name and the notice of its end, among the fields that something was left out of.
NAME, NOTICE = "name", "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One thing that is not published: of which field, what it is, and the words themselves, which stay here."""

    field: str
    kind: PrivateKind
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishable:
    """A record without what is private of a person, and what was left out of it, each thing once a field."""

    record: ServiceRecord
    left_out: tuple[LeftOut, ...]

    @property
    def hides_place(self) -> bool:
        return any(one.kind is PrivateKind.PLACE for one in self.left_out)


def make_publishable(
    record: ServiceRecord, discretion: Discretion, *, allowed: frozenset[str] = frozenset()
) -> Publishable:
    """The record with all that is private left out; `allowed` are values of it, in their `plain_form`, that a person
    decided may be published.

    In running text a word in brackets stands where something was. A value that is private as a whole (a mobile among
    the telephone numbers) is dropped with its evidence; a field of which nothing remains is `withheld`, without value
    and evidence. A quote with brackets in it has its offsets still: they are those of the archived page.
    """
    reader = _Reader(record, discretion, allowed)
    fields = tuple(reader.field(field) for field in record.fields)
    name = NAME_LEFT_OUT if is_masked(record.name) else reader.text(NAME, record.name)
    ended = record.ended
    if ended is not None:
        ended = replace(ended, quote=reader.text(NOTICE, ended.quote), why=reader.text(NOTICE, ended.why))
    told = replace(record, name=name, fields=fields, ended=ended)
    return Publishable(record=told, left_out=tuple(dict.fromkeys(reader.left_out)))


class _Reader:
    """Reads one record; notes what it leaves out."""

    def __init__(self, record: ServiceRecord, discretion: Discretion, allowed: frozenset[str]) -> None:
        by_name = {field.name: field for field in record.fields}
        self._discretion, self._allowed = discretion, allowed
        self._host = host_of(record.page_url) if is_web_address(record.page_url) else ""
        providers = [one for one in texts_of(by_name.get("fact.provider")) if not discretion.is_person(one)]
        named = (record.name, *providers[:1])
        self._own = tuple(one for one in named if not discretion.is_person(one, surely=True))
        self._hidden = self._hides_place(by_name)
        self._seen: dict[str, tuple[str, tuple[Private, ...]]] = {}
        found = tuple(self._find_all(record.fields))
        self._homes, self._named = _homes(found), self._names(found, texts_of(by_name.get("fact.emails")))
        self.left_out: list[LeftOut] = []

    def field(self, field: RecordField) -> RecordField:
        blank = replace(field, verified_by="")
        if self._hidden and field.name in PLACE_FIELDS and field.value is not None:
            self._note(field.name, PrivateKind.PLACE, "; ".join(texts_of(field)))
            return _withheld(blank)
        values = [(one, shown) for one in texts_of(field) if (shown := self._value(field.name, one)) is not None]
        if not values and texts_of(field):
            return _withheld(blank)
        kept = {one for one, _ in values}
        evidence = tuple(
            replace(one, quote=self.text(field.name, one.quote), supports=self._supported(field.name, one.supports))
            for one in field.evidence
            if not one.supports or one.supports in kept or one.supports not in texts_of(field)
        )
        value: Value = field.value
        if isinstance(field.value, str | tuple):
            told = tuple(shown for _, shown in values)
            value = told if isinstance(field.value, tuple) else told[0]
        return replace(blank, value=value, evidence=evidence)

    def text(self, name: str, words: str) -> str:
        plain, found = self._cut(words)
        for one in found:
            self._note(name, one.kind, one.words)
        if self._named and (again := self._named.findall(plain)):  # where nothing around it says that it is a name
            found_again = {plain_form(one): one for one in again}
            for one in found_again.values():
                self._note(name, PrivateKind.NAME, one)
            plain = self._named.sub(NAME_LEFT_OUT, plain)
        if self._hidden and (places := _PLACES.findall(plain)):
            self._note(name, PrivateKind.PLACE, "; ".join(places))
            plain = _PLACES.sub(f"[{PrivateKind.PLACE} left out]", plain)
        return plain

    def _supported(self, name: str, supports: str) -> str:
        return supports if is_closed(name) else self.text(name, supports)

    def _value(self, name: str, value: str) -> str | None:
        """The value as it may be published; None where the whole of it is private."""
        if is_masked(value):  # it was purged
            return None
        if kind := self._kind_of(name, value):
            self._note(name, kind, value)
            return None
        return value if is_closed(name) else self.text(name, value)

    def _kind_of(self, name: str, value: str) -> PrivateKind | None:
        if plain_form(value) in self._allowed:
            return None
        if name == "fact.phones" and self._discretion.is_mobile(value):
            return PrivateKind.MOBILE
        if name == "fact.emails" and not self._discretion.is_role(value, own=self._own, host=self._host):
            return PrivateKind.EMAIL
        if name == "fact.provider" and self._discretion.is_person(value):
            return PrivateKind.NAME
        if name in ("fact.addresses", "fact.postcodes") and any(_squeezed(value) in home for home in self._homes):
            return PrivateKind.HOME
        return None

    def _note(self, name: str, kind: PrivateKind, words: str) -> None:
        self.left_out.append(LeftOut(field=name, kind=kind, words=words))

    def _find_all(self, fields: Iterable[RecordField]) -> Iterator[tuple[str, Private]]:
        """(words, what is private in them) over all that the record says in words of its own."""
        told = [one for field in fields if not is_closed(field.name) for one in texts_of(field)]
        told += [one.quote for field in fields for one in field.evidence]
        for words in dict.fromkeys(told):
            for one in self._cut(words)[1]:
                yield words, one

    def _cut(self, words: str) -> tuple[str, tuple[Private, ...]]:
        """A value and its quote mostly say the same, so that each is looked through once."""
        if words not in self._seen:
            told = self._discretion.cut(words, own=self._own, host=self._host, allowed=self._allowed)
            self._seen[words] = told
        return self._seen[words]

    def _names(self, found: Iterable[tuple[str, Private]], emails: Iterable[str]) -> re.Pattern[str] | None:
        """Whole names of which some words of the record, or a personal e-mail address, tell that they are a person's;
        they are then so wherever they stand."""
        named = [_WORD.findall(one.words) for _, one in found if one.kind is PrivateKind.NAME]
        addresses = [one.words for _, one in found if one.kind is PrivateKind.EMAIL]
        addresses += [one for one in emails if self._kind_of("fact.emails", one) is PrivateKind.EMAIL]
        named += [re.split(r"[._-]", one.partition("@")[0]) for one in addresses]
        whole = [words for words in named if len(words) > 1 and all(len(w) > 2 for w in words)]
        own = " ".join(self._own).casefold()
        kept = [words for words in whole if " ".join(words).casefold() not in {*self._allowed, *_runs(own, len(words))}]
        told = "|".join(r"\s+".join(map(re.escape, words)) for words in kept)
        return re.compile(rf"(?<![^\W_])(?:{told})(?![^\W_])", re.IGNORECASE) if told else None

    def _hides_place(self, by_name: Mapping[str, RecordField]) -> bool:
        rules = self._discretion.rules
        codes = {f"{scheme}:{v}" for scheme in SCHEMES for v in texts_of(by_name.get(f"code.{scheme}"))}
        if codes & set(rules.hidden_place_codes):
            return True
        told = [e.quote for name in PLACE_FIELDS if name in by_name for e in by_name[name].evidence]
        told += [value for name in PLACE_FIELDS for value in texts_of(by_name.get(name))]
        return any(re.search(rules.hidden_place_words, words, re.IGNORECASE) for words in told)


def _withheld(field: RecordField) -> RecordField:
    return replace(field, status=Status.WITHHELD, value=None, evidence=())


def _homes(found: Iterable[tuple[str, Private]]) -> tuple[str, ...]:
    """Addresses that some words of the record say are somebody's home, with their postcodes, squeezed."""
    homes = []
    for words, one in found:
        if one.kind is PrivateKind.HOME:
            behind = POSTCODE.match(words[one.end :].lstrip(" ,").upper())
            homes.append(_squeezed(one.words) + (_squeezed(behind[0]) if behind else ""))
    return tuple(homes)


def _runs(text: str, length: int) -> set[str]:
    """Each run of so many words of a text."""
    words = text.split()
    return {" ".join(words[at : at + length]) for at in range(len(words))}


def _squeezed(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).lower()


def texts_of(field: RecordField | None) -> tuple[str, ...]:
    """The field's values as text, none where it has none."""
    if field is None or field.value is None:
        return ()
    return tuple(str(v) for v in field.value) if isinstance(field.value, tuple) else (str(field.value),)


def is_closed(name: str) -> bool:
    """Whether the field's values are of a list, a form or a number, so that no words of a person stand in them."""
    group, _, own = name.partition(".")
    if group == "fact":
        fact = FACT_BY_NAME[own]
        return bool(fact.allowed or fact.form or fact.number or own in ("postcodes", "phones", "emails", "times"))
    return group != "tidier"


def publishable_records(
    records: Iterable[ServiceRecord], discretion: Discretion, allowed: Mapping[str, frozenset[str]]
) -> tuple[tuple[ServiceRecord, ...], tuple[tuple[str, str, int], ...]]:
    """The records as they may be published, and (record id, kind, how many values) of what was left out.

    `allowed` are the values by record that a person decided may be published (`store.allowances.values()`).
    """
    shown, counted = [], []
    for record in records:
        told = make_publishable(record, discretion, allowed=allowed.get(record.id, frozenset()))
        shown.append(told.record)
        kinds = Counter(str(kind) for kind, _ in {(one.kind, plain_form(one.words)) for one in told.left_out})
        counted += [(record.id, kind, n) for kind, n in sorted(kinds.items())]
    return tuple(shown), tuple(counted)
