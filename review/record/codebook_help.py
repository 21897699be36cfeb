"""The codebook beside a record: what each code means, its words, what of the page speaks for it, how it was decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from starlette.responses import Response

from register.codes.codebook import Code, split_cues
from register.codes.vocabulary import CODE_SCHEMES
from register.store.decisions.learning import CodeDecision
from register.store.queue.candidates import KnownCandidate
from review.queue.filter import read_filter
from review.record.after import as_itself
from review.visit import Visit
from review.wording import SCHEME_LABELS

LONGEST_QUOTE = 240  # characters
SHOWN = 3  # decisions a code
SENTENCE = re.compile(r"[^.!?]+[.!?]*")
# What regular expressions write, and what a reader takes it for.
READABLE = (
    (re.compile(r"\\b|\(\?[:!=<]*|[\^$]"), ""),
    (re.compile(r"\\w[*+]"), "…"),
    (re.compile(r"\{\d*,?\d*\}|[()?]"), ""),
    (re.compile(r"\[[^\]]*\]"), "·"),
    (re.compile(r"\\d\+?"), "0"),
    (re.compile(r"\\s[*+]?"), " "),
    (re.compile(r"(?<!\\)[*+]"), ""),
    (re.compile(r"\\(.)"), r"\1"),
    (re.compile(r"\|"), " / "),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeHelp:
    """One code with its definition and boundary, the words that speak for it and against, `here` the sentence of this
    page that holds such words ("" where none does), and the last decisions on it, those on similar records first."""

    code: Code
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    here: str
    decided: tuple[CodeDecision, ...]
    similar: frozenset[str]


def show_codebook(visit: Visit) -> Response:
    """The codes of one scheme for one record, those first that words of its page speak for."""
    scheme, candidate_id = visit.request.path_params["scheme"], visit.request.path_params["id"]
    known, codebook = visit.store.queue.get(candidate_id), visit.bench.settings.codebook
    if scheme not in CODE_SCHEMES:
        return visit.render("message.html", status=404, title="Not found", message=f"There is no scheme {scheme!r}.")
    own = as_itself(visit, known)
    alike = frozenset(key for key, _ in visit.bench.settings.find_similar(visit.home, own))
    decided = visit.home.learning.last_with_codes(scheme, but=frozenset({own.id}) | visit.hidden)
    helps = tuple(_help(code, known, decided.get(code.code, ()), alike) for code in codebook.scheme(scheme))
    return visit.render(
        "codebook.html",
        known=known,
        label=SCHEME_LABELS[scheme],
        helps=sorted(helps, key=lambda one: not one.here),
        queue=read_filter(visit.request.query_params),
    )


def _help(code: Code, known: KnownCandidate, decided: Sequence[CodeDecision], alike: frozenset[str]) -> CodeHelp:
    ordered = sorted(decided, key=lambda one: one.candidate not in alike)
    return CodeHelp(
        code=code,
        include=readable(code.include),
        exclude=readable(code.exclude),
        here=sentence_for(code, known),
        decided=tuple(ordered[:SHOWN]),
        similar=alike,
    )


def sentence_for(code: Code, known: KnownCandidate) -> str:
    """The first sentence of the service's own words that holds a word for the code and none against it."""
    for start, end in known.draft.spans:
        hits = (hit for cue in _compiled(code.include) for hit in cue.finditer(known.page_text, start, end))
        for hit in sorted(hits, key=lambda one: one.start()):
            first = max(start, *(known.page_text.rfind(mark, start, hit.start()) + 1 for mark in ".!?"))
            sentence = SENTENCE.match(known.page_text, first, end)
            words = sentence.group() if sentence else ""
            if hit.end() - first <= len(words) and not any(cue.search(words) for cue in _compiled(code.exclude)):
                return _shortened(words, hit.start() - first, hit.end() - first)
    return ""


@cache
def _compiled(cues: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(cue, re.IGNORECASE) for cue in split_cues(cues))


def _shortened(words: str, start: int, end: int) -> str:
    bare = words.strip()
    if len(bare) <= LONGEST_QUOTE:
        return bare
    before = len(words) - len(words.lstrip())
    return _around(bare, start - before, end - before)


def _around(words: str, start: int, end: int) -> str:
    """Whole words around a hit, at most LONGEST_QUOTE characters of them."""
    first = max(0, min(start, end - LONGEST_QUOTE // 2))
    first = words.find(" ", first) + 1 if 0 < first < start and words.find(" ", first) < start else first
    if len(words) <= first + LONGEST_QUOTE:
        return words[first:]
    return words[first : first + LONGEST_QUOTE].rpartition(" ")[0]


def readable(cues: str) -> tuple[str, ...]:
    """Regular expressions as a reader takes them: `old(er)? people\\b` as "older people"."""
    told = []
    for cue in split_cues(cues):
        words = cue
        for pattern, plain in READABLE:
            words = pattern.sub(plain, words)
        told.append(words.strip())
    return tuple(dict.fromkeys(one for one in told if one))
