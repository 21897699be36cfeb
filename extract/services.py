"""Reads a page's services: its kind, where each service stands on it, their items and facts, all with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spacy.language import Language

from extract.bearing import bear_out
from extract.content import Content, read_content
from extract.cuts import is_bare, judge_features
from extract.facts.collect import SCHEDULE, collect_facts
from extract.facts.parts import Part
from extract.items import ITEMS, ItemReader
from extract.kinds import asks_for_people, is_posted, kind_features, page_features, titled_kinds
from extract.language import is_unread
from extract.models import Models, shipped_models
from extract.quotes import choose_quotes
from extract.segments import Entry, Split, find_splits
from extract.stated import read_record, record_form
from extract.tags import entry_tags
from extract.titles import find_page_name
from extract.units import Unit, UnitReader
from register.codes.checklist import Checklist
from register.codes.structure import Structure
from register.codes.vocabulary import PageKind, PassageKind, Status
from register.grounding import ground
from register.models import DraftField, Page, PageReading, Passage, ServiceDraft, SiteProfile

PLAIN: Final = ("info", "other", "news", "organisation")  # kinds that a title may name outright
UNREAD: Final = 0.5  # how sure the kind of a page is whose language is not read
LINKS: Final = 0.5  # of a passage's characters in links: it leads to what it names, and says nothing of it
SURE_CUT: Final = 0.85  # a page whose best cut scores so much is a listing whatever else it looks like
SURE_SERVICE, MAYBE_SERVICE = 0.8, 0.35  # has_service: that outweighs a home page's title, that a listing needs
MOST_SHARED: Final = 8  # passages of a lead-in to a listing that are read with each of its entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One service's part of the page: where its name stands, its own passages, and those it shares with others.

    `tags` are an entry's links to what it is about. They report no item.
    """

    name: tuple[int, int]
    passages: tuple[Passage, ...]
    shared: tuple[Passage, ...] = ()
    tags: tuple[Passage, ...] = ()
    way: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The page cut into its services, before any item is read."""

    kind: PageKind
    kind_score: float
    segments: tuple[Segment, ...]


def extract_page(
    page: Page,
    *,
    profile: SiteProfile | None,
    checklist: Checklist,
    nlp: Language,
    models: Models | None = None,
    structure: Structure | None = None,
) -> PageReading:
    """The page's kind, and a draft of each service on it with all twelve items and all facts.

    `models` are those that ship with the package unless others are given; `structure` says what values that the page
    states in a machine's form mean. A page without services has no drafts; one in another language than English and
    Welsh has none either, and is for a person to read.
    """
    models, structure = models or shipped_models(), structure or Structure()
    reader = ItemReader(units=UnitReader(page, nlp=nlp), checklist=checklist, model=models.items)
    if name := record_form(page):

        def read_words(passages: Sequence[Passage]) -> tuple[DraftField, ...]:
            segment = Segment(name=(0, 0), passages=tuple(passages), way="service", score=1.0)
            return _read_fields(page, segment, reader, models=models)

        return read_record(page, form=structure.form(name), read_words=read_words)
    if is_unread(page):
        return PageReading(page=page, kind=PageKind.OTHER, kind_score=UNREAD, drafts=())
    content = read_content(page, profile=profile)
    layout = lay_out(page, content, reader, models=models)
    drafts = tuple(
        draft_segment(page, segment, reader, models=models, structure=structure) for segment in layout.segments
    )
    return PageReading(page=page, kind=layout.kind, kind_score=layout.kind_score, drafts=drafts)


def main_text(page: Page, *, profile: SiteProfile | None) -> str:
    """The text of the page's own passages, one a line: what a change of the page is measured by."""
    return "\n".join(page.quote(p) for p in _own_passages(page, profile))


def has_prose(page: Page, *, profile: SiteProfile | None) -> bool:
    """Whether the page says anything of its own beside headings and links."""
    own = _own_passages(page, profile)
    return any(passage.kind is not PassageKind.HEADING and passage.linked < LINKS for passage in own)


def _own_passages(page: Page, profile: SiteProfile | None) -> tuple[Passage, ...]:
    return page.passages if record_form(page) else read_content(page, profile=profile).passages


def lay_out(page: Page, content: Content, reader: ItemReader, *, models: Models) -> Layout:
    if not content.passages:
        return Layout(kind=PageKind.OTHER, kind_score=0.9, segments=())
    if asks_for_people(page, content):
        return Layout(kind=PageKind.INFO, kind_score=0.9, segments=())
    split, cut_score = best_split(page, content, models=models)
    named = titled_kinds(page, content)
    plain = next((kind for kind in PLAIN if kind in named), "")
    listed = split is not None and cut_score >= models.listing_from
    if plain and not listed and plain != "organisation":
        return Layout(kind=PageKind(plain), kind_score=0.9, segments=())
    if split is not None and cut_score >= SURE_CUT:
        return _listing(page, content, split, cut_score)
    by_label = _kind_scores(page, content, reader, cut_score, models=models)
    has_service = by_label.pop("has_service")
    if plain and not listed and has_service < SURE_SERVICE:
        return Layout(kind=PageKind(plain), kind_score=0.9, segments=())
    if split is not None and listed and has_service >= MAYBE_SERVICE:
        return _listing(page, content, split, cut_score)
    one = has_service >= models.service_from
    kind, score = _pick_kind(by_label, has_service, one=one, posted=is_posted(page, content))
    segments = (whole_page(page, content, has_service),) if one else ()
    return Layout(kind=kind, kind_score=score, segments=segments)


def _listing(page: Page, content: Content, split: Split, score: float) -> Layout:
    segments = cut_entries(page, content, split, score)
    return Layout(kind=PageKind.LISTING, kind_score=score, segments=segments)


def _kind_scores(
    page: Page, content: Content, reader: ItemReader, best_cut: float, *, models: Models
) -> dict[str, float]:
    """The score (0-1) of each kind, and of `has_service`."""
    said = reader.page_scores(content.passages)
    scores = models.kinds.scores(kind_features(page_features(page, content), best_cut=best_cut, said=said))
    return dict(zip(models.kinds.labels, (float(s) for s in scores), strict=True))


def _pick_kind(by_label: dict[str, float], has_service: float, *, one: bool, posted: bool) -> tuple[PageKind, float]:
    """The likeliest kind that goes with having a service or none; a dated post is news either way."""
    if posted:
        return PageKind.NEWS, 0.8
    if one:
        return PageKind.SERVICE, has_service
    rest = {kind: score for kind, score in by_label.items() if kind not in ("service", "listing")}
    kind = max(rest, key=lambda k: rest[k])
    return PageKind(kind), min(0.99, rest[kind] / (sum(rest.values()) or 1.0))


def best_split(page: Page, content: Content, *, models: Models) -> tuple[Split | None, float]:
    best: Split | None = None
    best_score = 0.0
    for split in find_splits(page, content.passages):
        if is_bare(page, split):
            continue
        score = float(models.cuts.scores(judge_features(page, content, split))[0])
        if score > best_score:
            best, best_score = split, score
    return best, best_score


def cut_entries(page: Page, content: Content, split: Split, score: float) -> tuple[Segment, ...]:
    """A segment for each entry; the passages before the first entry are shared by all."""
    first = min(e.passages[0].start for e in split.entries)
    shared = tuple(p for p in content.passages if p.end <= first and not p.level)[-MOST_SHARED:]
    return tuple(
        Segment(
            name=entry.name,
            passages=_without_name(entry),
            shared=shared,
            tags=tuple(tags),
            way="listing",
            score=min(0.99, score * (0.8 + 0.2 * entry.fit)),
        )
        for entry, tags in zip(split.entries, entry_tags(page, split.entries, content.links), strict=True)
    )


def _without_name(entry: Entry) -> tuple[Passage, ...]:
    return tuple(p for p in entry.passages if not (p.start >= entry.name[0] and p.end <= entry.name[1]))


def whole_page(page: Page, content: Content, score: float) -> Segment:
    name = find_page_name(page, content.passages)
    passages = tuple(p for p in content.passages if not (p.start >= name[0] and p.end <= name[1]))
    return Segment(name=name, passages=passages, way="service", score=score)


def segment_units(segment: Segment, units: UnitReader) -> tuple[Unit, ...]:
    return (*units.read(segment.shared, shared=True), *units.read(segment.passages))


def draft_segment(
    page: Page, segment: Segment, reader: ItemReader, *, models: Models, structure: Structure
) -> ServiceDraft:
    """The service of that part of the page, with all items and facts."""
    start, end = segment.name
    spans = _merged((segment.name, *((p.start, p.end) for p in (*segment.passages, *segment.tags))))
    name = DraftField(
        name="tidier.brief_name",
        status=Status.REPORTED,
        value=page.text[start:end],
        evidence=(ground(page.text, start, end, rule=f"name.{segment.way}"),),
        score=segment.score,
    )
    fields = _read_fields(page, segment, reader, models=models)
    return ServiceDraft(
        name=page.text[start:end],
        page_url=page.url,
        spans=spans,
        fields=(name, *bear_out(page, fields, name=page.text[start:end], spans=spans, form=structure.json_ld)),
        score=segment.score,
    )


def _read_fields(page: Page, segment: Segment, reader: ItemReader, *, models: Models) -> tuple[DraftField, ...]:
    """All items but the name, and all facts, as the words of the segment say them."""
    items = _items(page, segment, reader, models=models)
    schedule = any(SCHEDULE.search(p.label) for p in segment.passages if p.label)
    parts = [Part.read(page, *segment.name, name=True)] if segment.name[1] else []
    parts += [Part.of(page, passage) for passage in segment.passages]
    return (*items, *collect_facts(page, parts, schedule=schedule))


def _items(page: Page, segment: Segment, reader: ItemReader, *, models: Models) -> list[DraftField]:
    units = segment_units(segment, reader.units)
    scores = reader.scores(units, way=segment.way)
    fields = []
    for n, item in enumerate(ITEMS):
        chosen = choose_quotes(units, [row[n] for row in scores], cuts=models.item_cuts(item))
        evidence = tuple(ground(page.text, a, b, rule=models.item_rule) for a, b in chosen.spans)
        fields.append(
            DraftField(
                name=f"tidier.{item}",
                status=Status.REPORTED if evidence else Status.NOT_REPORTED,
                value=" ".join(e.quote for e in evidence) if evidence else None,
                evidence=evidence,
                score=_certainty(models, item, chosen.score, reported=bool(evidence)),
            )
        )
    return fields


def _certainty(models: Models, item: str, best: float, *, reported: bool) -> float:
    sure = models.certainty(item, best)
    return min(0.99, sure if reported else 1 - sure)


def _merged(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Spans in order, those that touch put together."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)
