"""Where a command finds its register and its data files, and the stages that it composes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.signs import read_signs
from flows.discovery.rules import rules_digest
from flows.staleness.revisits import read_revisits
from register.codes.checklist import Checklist, read_checklist
from register.codes.codebook import Codebook, read_codebook
from register.codes.scope import read_scope_cues
from register.codes.structure import Structure, read_structure
from register.codes.study import PRESENT_DAY, Study, read_studies, read_study
from register.datafile import find_data as find_data
from register.errors import ConfigError
from register.localities.locality import Locality
from register.models import Clock, Page, PageReading, SiteProfile
from register.store import Store, utc_now

if TYPE_CHECKING:
    from classify.model import CodeModel
    from classify.places import PlaceFinder
    from extract.models import Models
    from extract.nlp import Pipeline

DEFAULT_REGISTER = Path("var/register.db")
# Beside the register: the folder of models learned from its decisions, and in it the file that names the one in use.
MODELS, IN_USE, SHIPPED = "models", "in_use", "shipped"
MODEL_NAME = "codes.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`register` is the SQLite file, `data` the folder of localities, codebook and checklist."""

    register: Path = DEFAULT_REGISTER
    data: Path = field(default_factory=find_data)
    clock: Clock = utc_now

    def open_store(self) -> Store:
        return Store(self.register, clock=self.clock)

    @property
    def models(self) -> Path:
        """The folder of the models that were learned from this register's decisions."""
        return self.register.parent / MODELS

    @property
    def learned_model(self) -> Path | None:
        """The file of the learned model that codes; None where the shipped one does. Raises ConfigError where the one
        in use is gone."""
        pointer = self.models / IN_USE
        if not pointer.exists():
            return None
        name = pointer.read_text(encoding="utf-8").strip()
        path = self.models / name / MODEL_NAME
        if Path(name).name != name or not path.exists():
            expected = f"a model of this folder; `tidiermap retrain --back {SHIPPED}` goes back to the shipped one"
            raise ConfigError(str(pointer), "(model)", name, expected)
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What extraction and coding need, loaded once a run: data files, spaCy pipeline, code model; and the places as
    seen from the locality, without which no scope is judged."""

    checklist: Checklist
    codebook: Codebook
    study: Study
    nlp: Pipeline
    code_model: CodeModel | None
    structure: Structure = field(default_factory=Structure)
    models: Models | None = None  # those of extraction; None takes those that ship
    places: PlaceFinder | None = None

    def read_services(self, page: Page, *, profile: SiteProfile | None) -> PageReading:
        """The page's services; `profile` is what repeats on its site."""
        from extract.services import extract_page

        return extract_page(
            page,
            profile=profile,
            checklist=self.checklist,
            nlp=self.nlp,
            models=self.models,
            structure=self.structure,
        )


def check_data(settings: Settings, store: Store, locality: Locality) -> None:
    """Raises ConfigError for the first fault in a data file that a run needs, before any request and any model.

    Checking the codebook takes a second; the very files by which pages were drafted before were checked then.
    """
    data = settings.data
    for read in (read_signs, read_revisits):
        read(data)
    if not store.pages.are_drafted_by(rules_digest(data, locality=locality, model=settings.learned_model)):
        for read_rules in (read_checklist, read_codebook, read_structure, read_scope_cues, read_studies):
            read_rules(data)


def load_stages(data: Path, *, locality: Locality | None = None, model: Path | None = None) -> Stages:
    """Reads the data files (every fault in them is raised here, before any page) and the models.

    With a `locality`, the stages judge scope as seen from there. `model` is the file of a learned code model, which
    stands in for the shipped one.
    """
    checklist, codebook, structure = read_checklist(data), read_codebook(data), read_structure(data)
    from classify.model import MODEL_FILE, load_model
    from extract.nlp import load_nlp

    return Stages(
        checklist=checklist,
        codebook=codebook,
        study=read_study(data, locality.study if locality else PRESENT_DAY),
        nlp=load_nlp(),
        code_model=load_model(model or MODEL_FILE),
        structure=structure,
        places=_places(data, locality) if locality else None,
    )


def _places(data: Path, locality: Locality) -> PlaceFinder:
    from classify.places import place_finder
    from register.localities.places import read_atlas

    atlas = read_atlas(data)
    return place_finder(atlas, atlas.home(locality.gss_code, also=locality.places), read_scope_cues(data))
