"""Codes what waits in the queue anew with another model, from the archived pages; what people decided stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from classify.coding import code_service
from classify.model import CodeModel
from flows.discovery.drafting import VERDICT_WEIGHT, fields_of_coding, rules_asked, rules_in_words
from flows.learning.decided import draft_of, page_of
from flows.settings import Settings
from register.codes.codebook import Codebook, read_codebook
from register.codes.study import PRESENT_DAY, Study, read_study
from register.codes.vocabulary import Inclusion
from register.localities.locality import locality_keys, read_locality
from register.models import Candidate, Page
from register.store import Store
from register.store.queue.candidates import KnownCandidate
from review.queue.lifecycle import Action, next_action

RUN_KIND = "retrain"


def code_anew(store: Store, *, settings: Settings, model: CodeModel | None) -> tuple[int, int]:
    """Proposes codes and verdicts of undecided candidates by `model`; gives how many changed, and of how many.

    A candidate whose page our rules read otherwise by now is left to the next crawl, which drafts it again as a whole.
    """
    codebook, study_of = read_codebook(settings.data), _studies(settings.data)
    waiting, changed = store.learning.undecided(), 0
    run_id = store.runs.start(RUN_KIND, "")
    try:
        for candidate_id in waiting:
            known = store.queue.get(candidate_id)
            page = page_of(store, known.draft, known.version_id)
            if page.passages:
                study = study_of(known.draft.locality)
                coded = _coded(known.draft, page, codebook=codebook, model=model, study=study)
                changed += _replace(store, known, coded, run_id=run_id)
    except BaseException as error:
        message, counts = f"{type(error).__name__}: {error}", {"replace": changed}
        store.runs.finish(run_id, verdict="failed", finish_reason="error", counts=counts, message=message)
        raise
    store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts={"replace": changed})
    return changed, len(waiting)


def _studies(data: Path) -> Callable[[str], Study]:
    """The study of a locality; the present-day map where the locality's file is gone."""
    files = frozenset(locality_keys(data))

    @cache
    def study_of(locality: str) -> Study:
        return read_study(data, read_locality(data, locality).study if locality in files else PRESENT_DAY)

    return study_of


def _replace(store: Store, known: KnownCandidate, coded: Candidate, *, run_id: str) -> bool:
    """Whether `coded` is proposed now. Each stands in a transaction of its own, so that reviewers can decide meanwhile;
    what they decided on as a whole meanwhile, or a crawl drafted again, is left alone."""
    action = next_action(known, coded, page_text=known.page_text)
    if action.action is not Action.REPLACE:
        return False
    with store.transaction():
        now = store.queue.get(known.id)
        if (now.state, now.revision) != (known.state, known.revision):
            return False
        store.queue.replace(
            coded,
            version_id=known.version_id,
            run_id=run_id,
            reason="coded by another model",
            changed=frozenset(),
            drifted=action.drifted,
            visited=False,
        )
        store.queue.note_drift(coded, names=action.drifted, run_id=run_id)
    return True


def _coded(candidate: Candidate, page: Page, *, codebook: Codebook, model: CodeModel | None, study: Study) -> Candidate:
    draft = draft_of(candidate)
    coding = code_service(draft, page=page, codebook=codebook, model=model, study=study, scope=candidate.scope)
    new = fields_of_coding(draft, coding)
    reasons = dict(candidate.reasons) | {f"eligibility.{v.net}": rules_in_words(v) for v in coding.verdicts}
    fields = tuple(new.get(field.name, field) for field in candidate.fields)
    rules = rules_asked(coding.verdicts)
    coded = replace(candidate, codes=coding.codes, fields=fields, reasons=tuple(reasons.items()), rules=rules)
    before, after = (_weight(one, study.net) for one in (candidate, coded))
    return replace(coded, score=round(candidate.score * after / before, 4))


def _weight(candidate: Candidate, net: str) -> float:
    told = next((f.value for f in candidate.fields if f.name == f"eligibility.{net}"), None)
    return VERDICT_WEIGHT[Inclusion(str(told)) if told else Inclusion.UNCLEAR]
