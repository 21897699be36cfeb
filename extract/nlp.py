"""The language pipeline: spaCy's English tokens and our own sentence ends, with no downloaded model."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc

Pipeline = Language  # the name by which other rooms, which do not know spaCy, hold it

# A stop after one of these ends no sentence.
ABBREVIATIONS: Final = frozenset(
    [
        "st",
        "rd",
        "ave",
        "ln",
        "dr",
        "mr",
        "mrs",
        "ms",
        "rev",
        "fr",
        "sr",
        "jr",
        "prof",
        "no",
        "nos",
        "tel",
        "ext",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "etc",
        "vs",
        "approx",
        "min",
        "mins",
        "hrs",
        "hr",
        "inc",
        "ltd",
        "co",
        "dept",
        "mon",
        "tue",
        "tues",
        "wed",
        "weds",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sept",
        "sep",
        "oct",
        "nov",
        "dec",
        "a.m",
        "p.m",
        "am",
        "pm",
        "u.k",
        "fl",
        "bldg",
    ]
)
END: Final = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|(?<=\S)(?=\s[•●▪◦]\s)")
NEXT: Final = re.compile(r"\s+[\"'“‘(\[]*(?P<first>\S)")
LAST_WORD: Final = re.compile(r"([\w.]+)$")


def sentence_starts(text: str) -> tuple[int, ...]:
    """Offsets at which sentences begin; always with 0."""
    starts = [0]
    for match in END.finditer(text):
        following = NEXT.match(text, match.end())
        if following is None:
            continue
        first = following["first"]
        last = LAST_WORD.search(text[max(0, match.start() - 24) : match.start()])
        word = last[1].lower() if last else ""
        abbreviated = (
            match[0].startswith(".")
            and match[0][-1] == "."
            and (
                (word in ABBREVIATIONS and not (word in ("am", "pm", "a.m", "p.m", "etc") and first.isupper()))
                or (len(word) == 1 and word.isalpha())
            )
        )
        if abbreviated or first.islower():
            continue
        starts.append(following.end() - len(following[0].lstrip()))
    return tuple(dict.fromkeys(starts))


@Language.component("tidiermap_sentences")
def mark_sentences(doc: Doc) -> Doc:
    """Sets the start of each sentence; a token that reaches over a start belongs to the sentence before it."""
    starts = set(sentence_starts(doc.text))
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts
    return doc


@cache
def load_nlp() -> Language:
    """English tokens and sentences: one of a process, which all pages and runs may share."""
    nlp = spacy.blank("en")
    nlp.add_pipe("tidiermap_sentences")
    nlp.max_length = 5_000_000
    return nlp
