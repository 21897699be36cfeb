"""Reads what a person said of one service: whatever the words, there is one draft, under the name that they gave."""

from __future__ import annotations

from spacy.language import Language

from extract.items import ItemReader
from extract.models import Models, shipped_models
from extract.services import Segment, draft_segment
from extract.units import UnitReader
from register.codes.checklist import Checklist
from register.codes.structure import Structure
from register.models import Page, ServiceDraft


def extract_statement(
    page: Page,
    *,
    name: tuple[int, int],
    checklist: Checklist,
    nlp: Language,
    models: Models | None = None,
    structure: Structure | None = None,
) -> ServiceDraft:
    """A draft of the one service that the page is about; `page.text[slice(*name)]` is its name.

    Nothing is judged but the fields: a person said that it is a service, so the page's kind is not in question.
    """
    models, structure = models or shipped_models(), structure or Structure()
    reader = ItemReader(units=UnitReader(page, nlp=nlp), checklist=checklist, model=models.items)
    passages = tuple(p for p in page.passages if not (p.start >= name[0] and p.end <= name[1]))
    segment = Segment(name=name, passages=passages, way="service", score=1.0)
    return draft_segment(page, segment, reader, models=models, structure=structure)
