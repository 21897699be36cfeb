"""The published tables as a page of the documents: `python -m register.dictionary_page > docs/data-dictionary.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from register.codes.codebook import Codebook, read_codebook
from register.codes.vocabulary import FACT_BY_NAME, Inclusion, Scope, Status
from register.public.rules import read_plain_words
from register.publishing.presentation import Column, Presentation, read_presentation

DATA = Path(__file__).parent.parent / "data"
HEAD = """# Data dictionary
Made from `data/formats/columns.csv`, the codebook and the list of facts by `python -m register.dictionary_page >
docs/data-dictionary.md`; edit those, not this page. `datapackage.json` of each publication says the same to machines;
[dataset.md](dataset.md) tells of the other formats.

A cell that holds several values has them separated by a semicolon and a blank. An absence is never an empty cell: it is
told by its kind in brackets."""
TABLES = {
    "records": "records.csv: a service a row",
    "evidence": "evidence.csv: the words of the page behind each value",
    "tombstones": "tombstones.csv: records that were withdrawn or merged",
}


def dictionary_page(presentation: Presentation, codebook: Codebook) -> str:
    """Every column of the published tables, in Markdown: its type, what it may hold, what it means."""
    lines = [HEAD, "", "| absence | means |", "|---|---|"]
    lines += [f"| `({kind})` | {presentation.absent[kind]} |" for kind in _absences()]
    for table, title in TABLES.items():
        lines += ["", f"## {title}", "", "| column | is | may hold | means |", "|---|---|---|---|"]
        lines += [_row(column, codebook) for column in presentation.table(table)]
    return "\n".join([*lines, *_words(presentation, codebook)]) + "\n"


def _absences() -> Iterator[str]:
    return (status.value for status in Status if status is not Status.REPORTED)


def _row(column: Column, codebook: Codebook) -> str:
    kind = column.type + (f", {column.unit}" if column.unit else "") + (", always there" if column.required else "")
    told = _cell(f"**{column.title}.** {column.description}")
    return f"| `{column.name}` | {kind} | {_allowed(column, codebook)} | {told} |"


def _allowed(column: Column, codebook: Codebook) -> str:
    group, _, own = column.name.partition(".")
    if column.table != "records":
        return ""
    if group == "code":
        return f"[codes](codebook.md) of `{own}`: {len(codebook.scheme(own))}"
    if group == "eligibility":
        return _listed([one.value for one in (Scope if own == "scope" else Inclusion)])
    fact = FACT_BY_NAME.get(own) if group == "fact" else None
    if fact is None:
        return ""
    if fact.number:
        return f"0 to {fact.most}"
    if fact.form:
        return f"the form of `{_cell(fact.example)}`"
    return _listed(list(fact.allowed)) if fact.allowed else ""


def _words(presentation: Presentation, codebook: Codebook) -> Iterator[str]:
    """Codes and closed words as the workbook says them."""
    yield from ("", "## Plain words", "", "How the workbook, the points on the map and the feed say a code.", "")
    yield from ("| code | plain words |", "|---|---|")
    for name, words in sorted(read_plain_words(DATA, codebook).items()):
        yield f"| `{name}` | {_cell(words)} |"
    for name, words in sorted(presentation.words.items()):
        own, _, value = name.partition("_")
        yield f"| `{own}:{value}` | {_cell(words)} |"


def _listed(words: list[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(dictionary_page(read_presentation(DATA), read_codebook(DATA)))
