"""A digest of all that decides what is drafted from a page, so that unchanged pages are not drafted in vain."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from register.localities.locality import Locality

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("extract", "classify")
MODULES = ("flows/discovery/drafting.py", "flows/discovery/repeats.py", "flows/settings.py")
LIBRARIES = ("beautifulsoup4", "spacy", "phonenumbers", "pypdf")
# Data files that say where, when and how to crawl and to review, not what a page means.
ABOUT_OTHER_WORK = frozenset(
    {
        "crawl.toml",
        "opt_out.csv",
        "signs.toml",
        "revisits.toml",
        "focus.toml",
        "searches.csv",
        "platforms.csv",
        "review.toml",
        "intake.toml",
        "provider.toml",
        "need.csv",
        "passing.toml",
    }
)


def rules_digest(data: Path, *, locality: Locality | None = None, model: Path | None = None) -> str:
    """One short name for the code, models and data files by which pages are drafted and coded; for what a locality's
    file says of its district, places and study, which decide on scope and verdicts; and for the file of a learned
    `model`, if one is in use."""
    own = (locality.gss_code, locality.study, *locality.places) if locality else ()
    seen = hashlib.sha256("\n".join(own).encode())
    for name in LIBRARIES:
        seen.update(f"{name} {version(name)}\n".encode())
    for path in (*_code(), *_data_files(data), *([model] if model else [])):
        seen.update(path.name.encode())
        seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:16]


def _code() -> list[Path]:
    inside = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    return [*sorted(p for p in inside if "__pycache__" not in p.parts), *(ROOT / name for name in MODULES)]


def _data_files(data: Path) -> list[Path]:
    """The data files at the top, and those of the codebook and the studies."""
    folders = (data / "codebook", data / "studies")
    found = [*data.glob("*.toml"), *data.glob("*.csv"), *(path for folder in folders for path in folder.glob("*"))]
    return sorted(path for path in found if path.is_file() and path.name not in ABOUT_OTHER_WORK)
