"""Codes what waits in the queue anew with another model, from the archived pages; what people decided stays."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from classify.coding import code_service
from classify.model import CodeModel
from flows.decided import draft_of, page_of
from flows.drafting import VERDICT_WEIGHT, fields_of_coding, rules_in_words
from flows.settings import Settings
from register.codebook import Codebook, read_codebook
from register.errors import ConfigError
from register.locality import read_locality
from register.models import Candidate, Page
from register.store import Store
from register.study import PRESENT_DAY, Study, read_study
from register.vocabulary import Inclusion
from review.lifecycle import Action, next_action

RUN_KIND = "retrain"


def code_anew(store: Store, *, settings: Settings, model: CodeModel | None) -> tuple[int, int]:
    """Proposes codes and verdicts of undecided candidates by `model`; gives how many changed, and of how many.

    A candidate whose page our rules read otherwise by now is left to the next crawl, which drafts it again as a whole.
    """
    codebook = read_codebook(settings.data)

    @cache
    def study_of(locality: str) -> Study:
        try:
            return read_study(settings.data, read_locality(settings.data, locality).study)
        except ConfigError:  # a locality whose file is gone
            return read_study(settings.data, PRESENT_DAY)

    with store.transaction():
        run_id = store.runs.start(RUN_KIND, "")
        waiting, changed = store.learning.undecided(), 0
        for candidate_id in waiting:
            known = store.queue.get(candidate_id)
            page = page_of(store, known.draft, known.version_id)
            if not page.passages:
                continue
            study = study_of(known.draft.locality)
            coded = _coded(known.draft, page, codebook=codebook, model=model, study=study)
            action = next_action(known, coded, page_text=known.page_text)
            if action.action is not Action.REPLACE:
                continue
            version, reason = known.version_id, "coded by another model"
            store.queue.replace(
                coded, version_id=version, run_id=run_id, reason=reason, changed=frozenset(), drifted=action.drifted
            )
            store.queue.note_drift(coded, names=action.drifted, run_id=run_id)
            changed += 1
        store.runs.finish(run_id, verdict="healthy", finish_reason="finished", counts={"replace": changed})
    return changed, len(waiting)


def _coded(candidate: Candidate, page: Page, *, codebook: Codebook, model: CodeModel | None, study: Study) -> Candidate:
    draft = draft_of(candidate)
    coding = code_service(draft, page=page, codebook=codebook, model=model, study=study, scope=candidate.scope)
    new = fields_of_coding(draft, coding)
    reasons = dict(candidate.reasons) | {f"eligibility.{v.net}": rules_in_words(v) for v in coding.verdicts}
    fields = tuple(new.get(field.name, field) for field in candidate.fields)
    coded = replace(candidate, codes=coding.codes, fields=fields, reasons=tuple(reasons.items()))
    before, after = (_weight(one, study.net) for one in (candidate, coded))
    return replace(coded, score=round(candidate.score * after / before, 4))


def _weight(candidate: Candidate, net: str) -> float:
    told = next((f.value for f in candidate.fields if f.name == f"eligibility.{net}"), None)
    return VERDICT_WEIGHT[Inclusion(str(told)) if told else Inclusion.UNCLEAR]
