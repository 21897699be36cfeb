"""The codebook as SKOS, in Turtle and JSON-LD: a concept scheme for each scheme of codes, and one for each origin.

What a code is called where it comes from is a concept of that origin's scheme, an exact match of ours; plain words are
further labels; axes of populations are broader concepts; what a code of provision follows from is a narrower match.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from register.codes.codebook import Code, ProvisionCode
from register.codes.vocabulary import CODE_SCHEMES
from register.publishing.publication import Edition

TURTLE, JSON_LD = "codebook.ttl", "codebook.jsonld"
PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
OURS = "proposed"  # the origin of codes that nobody else names
IN_TURTLE = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Words:
    """A text in a language, "" where it is in none."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, whole."""

    address: str


@dataclass(frozen=True, slots=True)
class Said:
    """A statement: the property as `prefix:name`."""

    subject: str
    name: str
    value: Words | Link


def write(edition: Edition, folder: Path) -> None:
    statements = tuple(Graph(edition).statements())
    (folder / TURTLE).write_text(turtle(statements), encoding="utf-8", newline="\n")
    (folder / JSON_LD).write_text(json_ld(statements), encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class Graph:
    """All that is said of the codebook of one edition."""

    edition: Edition

    def statements(self) -> Iterator[Said]:
        names = self.edition.presentation.codebook
        for scheme in CODE_SCHEMES:
            yield from self._scheme(scheme, names.schemes.get(scheme, scheme))
            yield from self._axes(scheme)
            for code in self.edition.codebook.scheme(scheme):
                yield from self._code(code)
        origins = {code.origin for scheme in CODE_SCHEMES for code in self.edition.codebook.scheme(scheme)} - {OURS}
        for origin in sorted(origins):
            yield from self._scheme(f"origin/{origin}", names.origins.get(origin, origin))

    def _scheme(self, key: str, title: str) -> Iterator[Said]:
        own = self._at(key)
        yield Said(own, "rdf:type", self._skos("ConceptScheme"))
        yield Said(own, "skos:prefLabel", self._words(title))
        yield Said(own, "dcterms:title", self._words(title))
        yield Said(own, "dcterms:license", Link(self.edition.presentation.licence.url))

    def _axes(self, scheme: str) -> Iterator[Said]:
        """The axes of a scheme that has some, as its top concepts."""
        labels = self.edition.presentation.codebook.axes
        for axis in sorted({code.axis for code in self.edition.codebook.scheme(scheme) if code.axis}):
            yield from self._concept(f"{scheme}/axis/{axis}", scheme, labels.get(axis, axis), f"axis:{axis}", top=True)

    def _code(self, code: Code) -> Iterator[Said]:
        key, scheme = f"{code.scheme}/{code.code}", code.scheme
        own = self._at(key)
        yield from self._concept(key, scheme, code.label, code.code, top=not code.axis)
        if (plain := self.edition.words.get(code.key, "")) and plain != code.label:
            yield Said(own, "skos:altLabel", self._words(plain))
        for name, text in (("definition", code.definition), ("scopeNote", code.boundary), ("example", code.example)):
            if text:
                yield Said(own, f"skos:{name}", self._words(text))
        if code.axis:
            yield Said(own, "skos:broader", Link(self._at(f"{scheme}/axis/{code.axis}")))
        yield Said(own, "dcterms:source", self._words(self._origin(code)))
        if code.origin != OURS:
            there = f"origin/{code.origin}"
            yield from self._concept(f"{there}/{key}", there, code.label, code.label, top=True)
            yield Said(own, "skos:exactMatch", Link(self._at(f"{there}/{key}")))
        for source in code.sources if isinstance(code, ProvisionCode) else ():
            other, _, value = source.partition(":")
            if value and "." not in other:
                yield Said(own, "skos:narrowMatch", Link(self._at(f"{other}/{value}")))

    def _concept(self, key: str, scheme: str, label: str, notation: str, *, top: bool) -> Iterator[Said]:
        own = self._at(key)
        yield Said(own, "rdf:type", self._skos("Concept"))
        yield Said(own, "skos:inScheme", Link(self._at(scheme)))
        yield Said(own, "skos:prefLabel", self._words(label))
        yield Said(own, "skos:notation", Words(notation))
        if top:
            yield Said(own, "skos:topConceptOf", Link(self._at(scheme)))

    def _origin(self, code: Code) -> str:
        return self.edition.presentation.codebook.origins.get(code.origin, code.origin)

    def _at(self, key: str) -> str:
        return f"{self.edition.presentation.codebook.base}{key}"

    def _words(self, text: str) -> Words:
        return Words(text, self.edition.presentation.codebook.language)

    def _skos(self, name: str) -> Link:
        return Link(PREFIXES["skos"] + name)


def turtle(statements: Iterable[Said]) -> str:
    """A block for each subject, in the order in which they are first spoken of."""
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in sorted(PREFIXES.items())]
    for subject, said in _by_subject(statements).items():
        told = " ;\n    ".join(f"{one.name} {_in_turtle(one.value)}" for one in said)
        lines.append(f"\n<{subject}>\n    {told} .")
    return "\n".join(lines) + "\n"


def _in_turtle(value: Words | Link) -> str:
    if isinstance(value, Link):
        return f"<{value.address}>"
    text = "".join(IN_TURTLE.get(sign, sign) for sign in value.text)
    return f'"{text}"@{value.language}' if value.language else f'"{text}"'


def json_ld(statements: Iterable[Said]) -> str:
    graph = []
    for subject, said in _by_subject(statements).items():
        node: dict[str, object] = {"@id": subject, "@type": []}
        for name in dict.fromkeys(one.name for one in said):
            values = [_in_json(one.value) for one in said if one.name == name]
            if name == "rdf:type":
                node["@type"] = [one.value.address for one in said if one.name == name and isinstance(one.value, Link)]
            else:
                node[name] = values
        graph.append(node)
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def _in_json(value: Words | Link) -> dict[str, str]:
    if isinstance(value, Link):
        return {"@id": value.address}
    return {"@value": value.text} | ({"@language": value.language} if value.language else {})


def _by_subject(statements: Iterable[Said]) -> dict[str, list[Said]]:
    told: dict[str, list[Said]] = {}
    for one in statements:
        told.setdefault(one.subject, []).append(one)
    return told
