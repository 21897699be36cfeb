"""Judges how far a service reaches: local to the locality, elsewhere, national, or unclear; with words and reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from classify.places import NameFound, PlaceFinder, PostcodeFound, Side, Stance
from classify.text import LONGEST_QUOTE, ServiceText, read_service
from register.codes.scope import ScopeCues
from register.codes.vocabulary import Scope
from register.grounding import ground
from register.models import Evidence, Page, ServiceDraft, SiteProfile

QUOTES = 3
EARLY_LINES = 5  # the name and the first sentences
SHORT_LINE = 8  # words; "Area covered: nationwide"
REMOTE = {"phone", "online"}
OWN_SHARE = 0.5  # of a site's pages that must bear an address for it to be the site's own (in the footer)
FEW = 3  # pages, below which that says nothing
LOCAL_SHARE = 0.8  # of a site's postcodes that must lie here for the site to be of here


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A service's scope, why, on what words, and how sure (0-1)."""

    scope: Scope
    reason: str
    evidence: tuple[Evidence, ...] = ()
    score: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The postcodes and names of one text, with the page that they stand on."""

    page: Page
    finder: PlaceFinder
    postcodes: tuple[PostcodeFound, ...]
    names: tuple[NameFound, ...]

    def lying(self, side: Side) -> tuple[PostcodeFound, ...]:
        inside = self.finder.home.districts
        return tuple(p for p in self.postcodes if (p.district in inside) is (side is Side.INSIDE))

    def named(self, side: Side, *stances: Stance) -> tuple[NameFound, ...]:
        return tuple(n for n in self.names if n.side is side and (not stances or n.stance in stances))

    def say(self, found: PostcodeFound | NameFound) -> str:
        return self.page.text[found.start : found.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What the rules look at: the service's own words, the rest of its page, its site."""

    own: _Found
    rest: _Found
    text: ServiceText
    site: SiteProfile | None
    name: tuple[Evidence, ...]
    numbers: tuple[Evidence, ...]


def judge_scope(
    draft: ServiceDraft,
    page: Page,
    *,
    finder: PlaceFinder,
    site: SiteProfile | None = None,
    others: Iterable[tuple[int, int]] = (),
) -> Reach:
    """How far the service reaches, seen from the finder's locality; what it says itself comes before its page, the
    page before its site. `others` are the spans of the page's other services, whose places say nothing of this one.
    """
    own = sorted({*draft.spans, *((e.start, e.end) for e in draft.field("fact.postcodes").evidence)})
    taken = [*own, *others]
    rest = [(p.start, p.end) for p in page.passages if not p.chrome and not _overlaps(p.start, p.end, taken)]
    case = _Case(
        own=_look(page, finder, _merged(own)),
        rest=_look(page, finder, rest),
        text=read_service(draft, page),
        site=site,
        name=draft.field("tidier.brief_name").evidence[:1],
        numbers=_national_numbers(draft, finder.cues),
    )
    for rule in RULES:
        if reach := rule(case):
            return reach
    return Reach(scope=Scope.UNCLEAR, reason="neither it, its page nor its site says where it is or for whom")


def _national(case: _Case) -> Reach | None:
    """The whole country is meant, and no place of the locality is its own."""
    own = case.own
    near = own.named(Side.INSIDE, Stance.SERVED, Stance.STANDS) or own.named(Side.WIDER)
    if near or own.lying(Side.INSIDE):
        return None
    if case.numbers:
        reason = f"{case.numbers[0].quote} is a number of the whole country, and its only one"
        quotes = tuple(ground(own.page.text, e.start, e.end, rule=f"scope: {reason}") for e in case.numbers[:QUOTES])
        return Reach(scope=Scope.NATIONAL, reason=reason, evidence=quotes, score=0.75)
    national, lines, guards = _compiled(own.finder.cues)
    has_address = bool(own.postcodes)
    for number, line in enumerate(case.text.lines):
        start, end = case.text.line_span(number)
        sentence = case.text.lowered[start:end]
        # A service says early, or in a line of its own, whom it is for; what comes late is often about others.
        if line.start < 0 or (number >= EARLY_LINES and len(sentence.split()) > SHORT_LINE):
            continue
        match = lines.search(sentence) or (None if has_address else national.search(sentence))
        if not match or guards.search(sentence):
            continue
        at = line.start + match.start()
        said = own.page.text[at : line.start + match.end()]
        reason = f"“{said}”: for the whole country, and no place of {own.finder.home.name} is named"
        quotes = (_sentence(own.page, line.start, line.end, at, reason),)
        return Reach(scope=Scope.NATIONAL, reason=reason, evidence=quotes, score=0.8)
    return None


def _national_numbers(draft: ServiceDraft, cues: ScopeCues) -> tuple[Evidence, ...]:
    """The numbers by which a service without a venue is reached, where all of them are the whole country's."""
    phones, modes = draft.field("fact.phones"), draft.field("fact.delivery_mode").value
    values = phones.value if isinstance(phones.value, tuple) else ()
    remote = isinstance(modes, tuple) and {*modes} <= REMOTE
    all_national = all(re.fullmatch(cues.national_numbers, re.sub(r"\D", "", one)) for one in values)
    return phones.evidence if values and remote and all_national else ()


def _own_postcodes(case: _Case) -> Reach | None:
    return _by_postcodes(case, case.own, "its postcode", 0.95, 0.9)


def _own_names(case: _Case) -> Reach | None:
    own, home = case.own, case.own.finder.home.name
    if near := own.named(Side.INSIDE, Stance.SERVED) or own.named(Side.INSIDE, Stance.STANDS):
        return _names(Scope.LOCAL, own, near, f"names “{own.say(near[0])}”, in {home}", 0.85)
    if wider := own.named(Side.WIDER, Stance.SERVED):
        return _names(Scope.LOCAL, own, wider, f"serves “{own.say(wider[0])}”, of which {home} is part", 0.7)
    if near := own.named(Side.INSIDE):
        return _names(Scope.LOCAL, own, near, f"names “{own.say(near[0])}”, in {home}", 0.7)
    if far := own.named(Side.OUTSIDE, Stance.SERVED):
        return _names(Scope.ELSEWHERE, own, far, f"serves “{own.say(far[0])}”, outside {home}", 0.6)
    return None


def _page(case: _Case) -> Reach | None:
    rest, home = case.rest, case.rest.finder.home.name
    if reach := _by_postcodes(case, rest, "the page's postcode", 0.7, 0.65, alone=True):
        return reach
    if near := rest.named(Side.INSIDE, Stance.SERVED, Stance.STANDS):
        return _names(Scope.LOCAL, rest, near, f"its page names “{rest.say(near[0])}”, in {home}", 0.65)
    return None


def _site(case: _Case) -> Reach | None:
    """The site's own address; for a site without one, where nearly all of its addresses lie."""
    if case.site is None:
        return None
    finder = case.own.finder
    districts = [(code, share, finder.atlas.district(code)) for code, share in case.site.postcodes]
    known = [(code, share, district) for code, share, district in districts if district]
    own = [row for row in known if row[1] >= OWN_SHARE] if case.site.pages >= FEW else []
    if not (own or known):
        return None
    weight = sum(share for _, share, _ in own or known)
    here = sum(share for _, share, district in own or known if district in finder.home.districts) / weight
    if 1 - LOCAL_SHARE < here < LOCAL_SHARE:
        return None
    scope = Scope.LOCAL if here >= LOCAL_SHARE else Scope.ELSEWHERE
    code, _, district = max(own or known, key=lambda row: row[1])
    said = f"the site's own address, {code}, lies" if own else f"the addresses on this site, such as {code}, lie"
    reason = f"{said} in {finder.atlas.say(district)}"
    place = case.own.page.text.find(code)
    evidence = (ground(case.own.page.text, place, place + len(code), rule=f"scope: {reason}"),) if place >= 0 else ()
    return Reach(scope=scope, reason=reason, evidence=evidence or _because(case.name, reason), score=0.6)


RULES: tuple[Callable[[_Case], Reach | None], ...] = (_national, _own_postcodes, _own_names, _page, _site)


def _by_postcodes(
    case: _Case, found: _Found, whose: str, near_score: float, far_score: float, *, alone: bool = False
) -> Reach | None:
    """Postcodes decide; `alone` says that those on one side count only where none lies on the other."""
    near, far = found.lying(Side.INSIDE), found.lying(Side.OUTSIDE)
    if alone and near and far:
        return None
    told = near or far
    if not told:
        return None
    place = found.finder.atlas.say(told[0].district)
    reason = f"{whose} {found.say(told[0])} lies in {place}"
    served = found.named(Side.INSIDE, Stance.SERVED)
    if far and not near and served:
        reason += f", and it serves “{found.say(served[0])}”"
        return _names(Scope.LOCAL, found, served, reason, 0.6)
    quotes = tuple(ground(found.page.text, one.start, one.end, rule=f"scope: {reason}") for one in told[:QUOTES])
    scope, score = (Scope.LOCAL, near_score) if near else (Scope.ELSEWHERE, far_score)
    return Reach(scope=scope, reason=reason, evidence=quotes, score=score)


def _names(scope: Scope, found: _Found, names: tuple[NameFound, ...], reason: str, score: float) -> Reach:
    quotes = tuple(ground(found.page.text, n.start, n.end, rule=f"scope: {reason}") for n in names[:QUOTES])
    return Reach(scope=scope, reason=reason, evidence=quotes, score=score)


def _because(evidence: tuple[Evidence, ...], reason: str) -> tuple[Evidence, ...]:
    """The service's name stands for what is said on another page of its site."""
    return tuple(Evidence(quote=e.quote, start=e.start, end=e.end, rule=f"scope: {reason}") for e in evidence)


def _sentence(page: Page, start: int, end: int, at: int, reason: str) -> Evidence:
    if end - start > LONGEST_QUOTE:
        start, end = max(start, at - LONGEST_QUOTE // 2), min(end, at + LONGEST_QUOTE // 2)
    return ground(page.text, start, end, rule=f"scope: {reason}")


def _look(page: Page, finder: PlaceFinder, spans: Iterable[tuple[int, int]]) -> _Found:
    """The places in the spans; a name's surroundings end where its passage does."""
    postcodes: list[PostcodeFound] = []
    names: list[NameFound] = []
    edges = sorted({p.start for p in page.passages})
    for start, end in spans:
        postcodes += finder.postcodes(page.text, start, end)
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        for left, right in pairwise(cuts):
            names += finder.names(page.text, left, right)
    return _Found(page=page, finder=finder, postcodes=tuple(postcodes), names=tuple(names))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _overlaps(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


@lru_cache(maxsize=8)
def _compiled(cues: ScopeCues) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    national, lines, guards = (
        re.compile("|".join(f"(?:{one})" for one in group))
        for group in (cues.national, cues.national_lines, cues.not_national)
    )
    return national, lines, guards
