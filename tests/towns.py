"""A town with one website of its own on loopback, for tests of what runs make of pages that change."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from flows.settings import Settings
from register.models import Clock
from register.store import utc_now
from tests.loopback import Answer, Route, Site

ROOT = Path(__file__).parent.parent
HEAD = 'name = "Town"\ngss_code = "E99999999"\ndelay_seconds = 0\nallow_loopback = true\n'


def whats_on(pages: Mapping[str, str], *, names: Mapping[str, str] | None = None) -> dict[str, Route]:
    """The pages (HTML by path) behind a front page that links to each, by its path or its name."""
    links = "".join(f'<li><a href="{path}">{(names or {}).get(path, path)}</a></li>' for path in pages)
    made: dict[str, Route] = {path: Answer(body=body) for path, body in pages.items()}
    return made | {"/": Answer(body=f"<html><body><h1>What is on</h1><ul>{links}</ul></body></html>")}


def lay_town(folder: Path, site: Site, *, clock: Clock = utc_now) -> Settings:
    """The locality "town" that begins at the site, with data files and an empty register in `folder`."""
    shutil.copytree(ROOT / "data", folder / "data")
    locality = folder / "data" / "localities" / "town.toml"
    locality.write_text(f'{HEAD}[[source]]\nstart = ["{site.base}/"]\n')
    return Settings(register=folder / "var" / "register.db", data=folder / "data", clock=clock)
