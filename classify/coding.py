"""Codes one service: it is read and measured once, for its codes, its provision and its verdicts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from classify.codes import weigh_codes
from classify.cues import compile_cues
from classify.eligibility import weigh_rules
from classify.features import measure
from classify.model import CodeModel
from classify.provision import propose_provision
from classify.text import read_service
from register.codes.codebook import Codebook
from register.codes.study import Study
from register.codes.verdicts import Eligibility
from register.codes.vocabulary import Scope
from register.models import Page, ProposedCode, ServiceDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """All codes of a service, those of provision last, and the verdicts of both nets."""

    codes: tuple[ProposedCode, ...]
    verdicts: tuple[Eligibility, ...]


def code_service(
    draft: ServiceDraft,
    *,
    page: Page,
    codebook: Codebook,
    model: CodeModel | None,
    study: Study,
    scope: Scope = Scope.UNCLEAR,
) -> Coding:
    """What `propose_codes`, `propose_provision` and `judge_eligibility` say of `draft`."""
    text = read_service(draft, page)
    book = compile_cues(codebook)
    features = measure(text, book)
    codes = weigh_codes(text, features, book=book, model=model, chance=draft.score)
    provision = propose_provision(draft, codes, page=page, text=text, features=features, book=book)
    verdicts = weigh_rules(draft, codes, page=page, text=text, features=features, study=study, scope=scope)
    # What the study wants to see is for people; what follows from the codes goes by all that are likely.
    least = study.shown_from
    seen = (replace(one, shown=False) if one.shown and one.score * draft.score < least else one for one in codes)
    return Coding(codes=(*seen, *provision), verdicts=verdicts)
