"""Makes what the public reads from the published records, as part of publishing and for registers of before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flows.publishing.opting_out import NOBODY, OptOuts, read_opt_outs
from flows.settings import Settings
from register.codes.codebook import Codebook, read_codebook
from register.localities.ground import read_ground
from register.localities.locality import locality_keys, read_districts, read_locality
from register.localities.outlines import read_outlines
from register.localities.postcode_points import known_points
from register.models import ServiceRecord
from register.public.privacy import read_discretion
from register.public.rules import read_landmarks, read_plain_words, read_public_rules
from register.public.service import Circumstance, PublicEntry
from register.public.view import Viewer
from register.publishing.publishable import Publishable, make_publishable
from register.staleness.freshness import read_freshness
from register.store import Store
from review.public.face import PublicFace

MADE_BY = ("public/view.py", "public/privacy.py", "public/service.py", "publishing/publishable.py")


def put_public(store: Store, *, data: Path, codebook: Codebook) -> str:
    """Makes the public tables anew from the records, inside the caller's transaction; gives their edition."""
    viewer, opted = open_viewer(data, codebook), read_opt_outs(data)
    return replace_public(store, viewer, rules=public_rules_digest(data), opted=opted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Turns records into what may be seen of them, outside and in files: `due` is when each is, `allowed` what a person
    decided may be published of it, `told` what is known of its page, each by record."""

    viewer: Viewer
    opted: OptOuts
    due: Mapping[str, datetime]
    allowed: Mapping[str, frozenset[str]]
    told: Mapping[str, Circumstance]

    def of(self, record: ServiceRecord) -> tuple[Publishable, PublicEntry]:
        """The record without what is private of a person, and what the public pages show of that. Of a provider that
        asked not to be listed, nothing but a tombstone is told."""
        due = self.due.get(record.id) if record.withdrawn_at is None else None
        row = self.opted.row_of(record)
        allowed = self.allowed.get(record.id, frozenset())
        shown = make_publishable(self.opted.told(record), self.viewer.discretion, allowed=allowed)
        entry = self.viewer.entry(
            shown, self.told.get(record.id), merged_into="" if row else record.merged_into, due_at=due
        )
        due = due if shown.record.withdrawn_at is None else None
        return replace(shown, record=replace(shown.record, due_at=due)), entry


def face_of(store: Store, viewer: Viewer, opted: OptOuts, due: Mapping[str, datetime]) -> Face:
    told, allowed = store.public.circumstances(), store.allowances.values()
    return Face(viewer=viewer, opted=opted, due=due, allowed=allowed, told=told)


def replace_public(store: Store, viewer: Viewer, *, rules: str, opted: OptOuts = NOBODY) -> str:
    """As `put_public`, with what turns records into what is shown, and who asked not to be listed."""
    store.freshness.bring_up_to_date(viewer.freshness)
    face = face_of(store, viewer, opted, store.freshness.due_days())
    return store.public.replace([face.of(record)[1] for record in store.records.all()], rules=rules)


def refresh_public(settings: Settings) -> bool:
    """Makes the public tables anew where they were made by other rules, or never; says whether it did."""
    with settings.open_store() as store:
        if store.public.edition()[1] == public_rules_digest(settings.data):
            return False
        with store.transaction():
            put_public(store, data=settings.data, codebook=read_codebook(settings.data))
    return True


def open_viewer(data: Path, codebook: Codebook) -> Viewer:
    return Viewer(
        discretion=read_discretion(data),
        freshness=read_freshness(data),
        find_postcode=known_points().find,
        words=read_plain_words(data, codebook),
        districts={district.gss_code: district.name for district in read_districts(data)},
    )


def open_face(settings: Settings) -> PublicFace:
    """What the public pages are given; raises ConfigError where one of their data files is wrong."""
    data, points = settings.data, known_points()
    places = {key: read_locality(data, key) for key in locality_keys(data)}
    return PublicFace(
        rules=read_public_rules(data),
        words=read_plain_words(data, read_codebook(data)),
        localities={key: place.name for key, place in places.items()},
        gss_codes={key: place.gss_code for key, place in places.items()},
        landmarks=read_landmarks(data),
        ground=read_ground(data),
        find_postcode=points.find,
        find_half=points.middle,
        outline=read_outlines(data).rings,
        freshness=read_freshness(data),
    )


def public_rules_digest(data: Path) -> str:
    """One short name for the code and data files that decide what is shown of a record."""
    import register

    code = Path(register.__file__).parent
    seen = hashlib.sha256()
    folders = (data / "public", data / "codebook")
    rows = sorted(path for folder in folders for path in folder.glob("*") if path.is_file())
    for path in (
        *(code / name for name in MADE_BY),
        data / "districts.csv",
        data / "freshness.toml",
        data / "opt_out.csv",
        *rows,
    ):
        seen.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:16]
