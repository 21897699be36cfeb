"""Learns from decisions, and puts the model in use where it is better on held-back sites; can go back."""

from __future__ import annotations

from dataclasses import dataclass

from classify.learning import DecidedService, lay_out, learn
from classify.model import CodeModel, load_model
from classify.promotion import FEWEST_SERVICES, FEWEST_SITES, FOLDS, Comparison, compare, fold_of, too_few
from flows.learning.decided import Material, gather
from flows.learning.recoding import code_anew
from flows.learning.shelf import Card, Shelf, shipped_digest
from flows.progress import Progress
from flows.settings import Settings
from register.codes.codebook import read_codebook
from register.errors import TidiermapError
from register.serial import digest
from register.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrained:
    """What retraining found: the card of the model (as it would be, in a dry run), and how many undecided candidates
    are proposed otherwise since, of how many."""

    card: Card
    changed: int = 0
    waiting: int = 0


def retrain(*, settings: Settings, progress: Progress, dry_run: bool = False) -> Retrained:
    """Learns from the decisions that stand, compares on held-back sites, keeps the model with its card, and promotes it
    where it is better beyond noise; then the undecided candidates are coded anew.

    A dry run writes nothing. Raises TidiermapError where the decisions are too few to tell.
    """
    prior = load_model()
    if prior is None:
        raise TidiermapError("found no shipped code model, expected classify/models/codes.npz to learn beside")
    shelf = Shelf(settings.models)
    with settings.open_store() as store:
        with progress.step("read what was decided") as step:
            material = gather(store, codebook=read_codebook(settings.data), advance=step.advance)
        _check_enough(material.services)
        in_use = shelf.card(shelf.in_use)
        before = material.behind(in_use.decisions) if in_use else ()
        laid = lay_out(material.services, prior=prior)
        comparison = compare(laid, lay_out(before, prior=prior), prior=prior)
        card = _card(store, material, comparison, parent=shelf.in_use)
        if dry_run:
            return Retrained(card=card)
        card = shelf.keep(learn(laid, prior=prior), card)
        if not card.promoted:
            return Retrained(card=card)
        changed, waiting = code_anew(store, settings=settings, model=shelf.use(card.id))
    return Retrained(card=card, changed=changed, waiting=waiting)


def go_back(name: str, *, settings: Settings) -> tuple[int, int]:
    """Puts an earlier model (or `shipped`) in use and codes the undecided candidates by it; gives how many changed, and
    of how many. Raises NotFoundError for an unknown model."""
    model: CodeModel | None = Shelf(settings.models).use(name)
    with settings.open_store() as store:
        return code_anew(store, settings=settings, model=model)


def _check_enough(services: tuple[DecidedService, ...]) -> None:
    if too_few(services):
        sites = len({service.site for service in services})
        raise TidiermapError(
            f"found {len(services)} services of {sites} sites with decided codes, expected at least {FEWEST_SERVICES} "
            f"of {FEWEST_SITES}: with fewer nobody can tell a better model from luck"
        )


def _card(store: Store, material: Material, comparison: Comparison, *, parent: str) -> Card:
    now, prior = store.clock(), shipped_digest()
    sites = sorted({service.site for service in material.services})
    name = digest(f"{parent} {prior} {material.ids}")[:8]
    return Card(
        id=f"{now:%Y-%m-%d}-{name}",
        made_at=now,
        parent=parent,
        prior=prior,
        decisions=material.ids,
        held_back=tuple(tuple(site for site in sites if fold_of(site) == fold) for fold in range(FOLDS)),
        comparison=comparison,
        promoted=comparison.better,
        reason=comparison.doubt,
        digest="",
    )
