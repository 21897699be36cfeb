"""Finds the cues of the codebook in a service's text, and takes back those that the words around them deny."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from classify.guards import GUARDS, Hit, Span, guarded
from classify.literals import BEGIN, MARKS, START, Needs, mark_starts, needs_by_branch, split_branches
from classify.text import ServiceText
from register.codes.codebook import Code, Codebook, ProvisionCode, Signal, split_cues

LOOKED_UP = 4  # letters of a word by which cues are looked up

_WORD = re.compile(r"\w+")
_WORD_START = re.compile(r"(?<=\W)\w")


@dataclass(frozen=True)
class Cue:
    """One cue of a row: `row` is `scheme:code`, or `kind:code` of a signal; `bars` where it is an `exclude` cue. Its
    patterns are compiled when a text first holds what it needs: most cues stand in no page of a crawl."""

    row: str
    bars: bool
    words: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """To be matched at a word's start."""
        return re.compile(self.words)

    def search(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """The cue anywhere in a line, `text[start:end]`."""
        # What may begin anywhere begins at the line's start, if at all.
        if self._reaches_from_anywhere and not self.pattern.match(text, start, end):
            return iter(())
        return self._anywhere.finditer(text, start, end)

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{self.words})")

    @cached_property
    def _reaches_from_anywhere(self) -> bool:
        return self.words.startswith(".*") and len(split_branches(self.words)) == 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Literal:
    """Plain words of cues by their numbers: of those that `begin` with them, and of those to be `searched` where these
    words and what else they need stand. The first word that starts in them does so after `back` characters."""

    words: str
    back: int
    begin: tuple[int, ...]
    searched: tuple[tuple[int, Needs], ...]

    @property
    def opening(self) -> str:
        """Its first word, or what is written of it."""
        return _first_word(self.words[self.back :])

    @property
    def is_opening(self) -> bool:
        """Whether it is its opening and nothing else: who has found that has found it."""
        return self.words == self.opening

    def opens_with(self, word: str) -> bool:
        goes_on = len(self.words) > self.back + len(self.opening)
        return word == self.opening if goes_on else word.startswith(self.opening)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opened:
    """What a word opens: the numbers of the cues that may `begin` there, the literals that are `found` with it and have
    cues to be searched, and those that `go_on` after it or began before it."""

    begin: tuple[int, ...]
    found: tuple[Literal, ...]
    go_on: tuple[Literal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CueIndex:
    """Cues by the plain words that must stand in a text before their patterns are worth searching: by the first letters
    of a word in these, in `letters` lengths, and the few in which no word is sure to start."""

    rows: tuple[str, ...]
    cues: tuple[Cue, ...]
    by_word: Mapping[str, tuple[Literal, ...]]
    letters: tuple[int, ...]
    loose: tuple[Literal, ...]

    def of_word(self, word: str) -> Opened:
        """What a text may hold where this word stands in it."""
        known = [self.by_word.get(word[:many], ()) for many in self.letters if many <= len(word)]
        opened = [literal for literals in known for literal in literals if literal.opens_with(word)]
        sure = [literal for literal in opened if literal.is_opening]
        return Opened(
            begin=tuple(n for literal in sure for n in literal.begin),
            found=tuple(literal for literal in sure if literal.searched),
            go_on=tuple(literal for literal in opened if not literal.is_opening),
        )

    def find(self, text: ServiceText) -> dict[str, list[Span]]:
        """Where each row's cues stand, except where an `exclude` cue of the row overlaps them; each stretch once.

        A cue never reaches over the end of a line.
        """
        lowered = text.lowered
        found: dict[str, set[Span]] = defaultdict(set)
        barred: dict[str, list[Span]] = defaultdict(list)
        loose = [literal for literal in self.loose if literal.words in lowered]
        start = 0
        for line in lowered.split("\n"):
            end = start + len(line)
            for n, span in self._spans(lowered, start, end, loose):
                cue = self.cues[n]
                if cue.bars:
                    barred[cue.row].append(span)
                else:
                    found[cue.row].add(span)
            start = end + 1
        kept = {row: _stretches(sorted(found[row]), barred.get(row, [])) for row in self.rows if row in found}
        return {row: spans for row, spans in kept.items() if spans}

    def _spans(self, lowered: str, start: int, end: int, loose: Sequence[Literal]) -> Iterator[tuple[int, Span]]:
        """The numbers of the cues that stand in the line `lowered[start:end]`, and where."""
        cues, line = self.cues, lowered[start:end]
        wanted = [literal for literal in loose if literal.words in line]
        ends: dict[int, int] = {}
        for word in _WORD.finditer(lowered, start, end):
            at, opened = word.start(), _of_word(self, word[0])
            begin = opened.begin
            wanted += opened.found
            for literal in opened.go_on:
                if at >= literal.back and lowered.startswith(literal.words, at - literal.back):
                    begin += literal.begin
                    if literal.searched:
                        wanted.append(literal)
            for n in begin:
                # A cue never overlaps itself.
                if at >= ends.get(n, 0) and (match := cues[n].pattern.match(lowered, at, end)):
                    ends[n] = match.end()
                    yield n, match.span()
        if wanted:
            for n in {n for literal in dict.fromkeys(wanted) for n, needs in literal.searched if _holds(line, needs)}:
                yield from ((n, match.span()) for match in cues[n].search(lowered, start, end))


@lru_cache(maxsize=50_000)
def _of_word(index: CueIndex, word: str) -> Opened:
    """Pages of one language use the same words again and again."""
    return index.of_word(word)


def _first_word(text: str) -> str:
    found = _WORD.match(text)
    return found[0] if found else ""


def _holds(line: str, needs: Needs) -> bool:
    for need in needs:
        for literal in need:
            if literal in line:
                break
        else:
            return False
    return True


@dataclass(frozen=True, slots=True)
class CueBook:
    """`codes` and `signals` are the keys of what a model is taught by, `provision` those of what follows from them;
    `everything` searches the rows of all these and of the guards, `places` the words for places in which provision has
    its setting. `followers` are the codes of provision by the code or fact that they follow from."""

    codebook: Codebook
    codes: tuple[str, ...]
    provision: tuple[str, ...]
    signals: tuple[str, ...]
    everything: CueIndex
    places: CueIndex
    followers: Mapping[str, tuple[ProvisionCode, ...]]

    def find_all(self, text: ServiceText) -> tuple[Hit, ...]:
        """All cues in `text` of codes and eligibility signals, those that a guard took back with the guard's name."""
        return guarded(self.everything.find(text), text)

    def find_places(self, text: ServiceText) -> tuple[Hit, ...]:
        """What kinds of place `text` names, as codes of setting."""
        return guarded(self.places.find(text), text)


@lru_cache(maxsize=8)
def compile_cues(codebook: Codebook) -> CueBook:
    """The codebook's cues as patterns. A cue is matched at a word's start, in lower case."""
    codes = [(code.key, code) for code in codebook.codes]
    provision = [(code.key, code) for code in codebook.provision]
    signals = [(f"{signal.kind}:{signal.code}", signal) for signal in codebook.signals]
    rows: list[tuple[str, Code | Signal]] = [*codes, *provision, *signals]
    sources = dict.fromkeys(source for code in codebook.provision for source in code.sources)
    return CueBook(
        codebook=codebook,
        codes=tuple(key for key, _ in codes),
        provision=tuple(key for key, _ in provision),
        signals=tuple(key for key, signal in signals if signal.kind not in GUARDS),
        everything=_index([(key, (row.include, row.exclude)) for key, row in rows]),
        places=_index([(key, (code.place, code.exclude)) for key, code in provision if code.place]),
        followers={source: tuple(c for c in codebook.provision if source in c.sources) for source in sources},
    )


def _index(rows: Sequence[tuple[str, tuple[str, str]]]) -> CueIndex:
    """Of rows by their keys, each with its cells of `include` and `exclude` cues."""
    cells_of = [(key, bars, cell) for key, cells in rows for bars, cell in zip((False, True), cells, strict=True)]
    cues = [(key, bars, _lowered(cue)) for key, bars, cell in cells_of for cue in split_cues(cell)]
    literals: dict[tuple[str, int], list[tuple[int, Needs | None]]] = defaultdict(list)
    for n, (_, _, words) in enumerate(cues):
        firsts = [_first_need(branch) for branch in split_branches(words)]
        begins = all(one[0] == BEGIN and _word_start(one) == 0 for first, _ in firsts for one in first)
        for first, further in firsts:
            sure = all(_word_start(one) >= 0 for one in first)
            for one in first:
                place = _word_start(one) if sure else -1
                literals[one.strip(MARKS), place].append((n, None if begins else further))
    by_word: dict[str, list[Literal]] = defaultdict(list)
    for (words, back), needed in literals.items():
        by_word[_first_word(words[back:])[:LOOKED_UP] if back >= 0 else ""].append(
            Literal(
                words=words,
                back=back,
                begin=tuple(n for n, needs in needed if needs is None),
                searched=tuple((n, needs) for n, needs in needed if needs is not None),
            )
        )
    loose = tuple(by_word.pop("", ()))
    return CueIndex(
        rows=tuple(key for key, _ in rows),
        cues=tuple(Cue(key, bars, words) for key, bars, words in cues),
        by_word={letters: tuple(entries) for letters, entries in by_word.items()},
        letters=tuple(sorted({len(letters) for letters in by_word})),
        loose=loose,
    )


def _first_need(branch: str) -> tuple[frozenset[str], Needs]:
    """The literals of which one begins a search for `branch`, marked, and what else a match needs."""
    needs = [need for need in needs_by_branch(mark_starts(branch))[0] if all(one.strip(MARKS) for one in need)]
    first = max(needs, key=_telling, default=frozenset({START}))
    return first, tuple(frozenset(one.strip(MARKS) for one in need) for need in needs if need is not first)


def _telling(need: frozenset[str]) -> int:
    """How rarely `need` is met, by the letters of its shortest literal; those where no word starts cost more."""
    return min(sum(map(str.isalnum, one)) for one in need) + 2 * all(map(_WORD_START.search, need))


def _word_start(literal: str) -> int:
    """Where a word starts in what follows START."""
    found = _WORD_START.search(literal)
    return found.start() - (literal[0] in MARKS) if found else -1


def _lowered(cue: str) -> str:
    return re.sub(r"\\.|[A-Z]", lambda m: m[0] if m[0].startswith("\\") else m[0].lower(), cue)


def _stretches(found: list[Span], barred: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for start, end in found:
        if any(start < right and left < end for left, right in barred):
            continue
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept
