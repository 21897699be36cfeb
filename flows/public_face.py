"""Makes what the public reads from the published records, as part of publishing and for registers of before."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flows.opting_out import NOBODY, OptOuts, read_opt_outs
from flows.settings import Settings
from register.codebook import Codebook, read_codebook
from register.freshness import read_freshness
from register.ground import read_ground
from register.locality import locality_keys, read_districts, read_locality
from register.outlines import read_outlines
from register.postcode_points import known_points
from register.privacy import read_discretion
from register.public_rules import read_landmarks, read_plain_words, read_public_rules
from register.public_view import Viewer
from register.store import Store
from review.public_face import PublicFace

MADE_BY = ("public_view.py", "privacy.py", "public_service.py", "publishable.py")


def put_public(store: Store, *, data: Path, codebook: Codebook) -> str:
    """Makes the public tables anew from the records, inside the caller's transaction; gives their edition."""
    viewer, opted = open_viewer(data, codebook), read_opt_outs(data)
    return replace_public(store, viewer, rules=public_rules_digest(data), opted=opted)


def replace_public(store: Store, viewer: Viewer, *, rules: str, opted: OptOuts = NOBODY) -> str:
    """As `put_public`, with what turns records into what is shown, and who asked not to be listed."""
    store.freshness.bring_up_to_date(viewer.freshness)
    told, due, allowed = store.public.circumstances(), store.freshness.due_days(), store.allowances.values()
    entries = [
        viewer.entry(
            opted.told(record),
            told.get(record.id),
            merged_into="" if opted.row_of(record) else store.records.pointer(record.id) or "",
            allowed=allowed.get(record.id, frozenset()),
            due_at=due.get(record.id),
        )
        for record in store.records.all()
    ]
    return store.public.replace(entries, rules=rules)


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
