"""Trains the weights by which the crawler scores links and pages, on saved sites.

    python -m benchmarks.train_focus --shared DIR

writes crawlers/models/focus.toml. benchmarks/discovery_focus.py measures such models, each without the site measured.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.focus_sites import HOST, SavedSite, read_site
from benchmarks.served import site_names
from crawlers.focus import MODEL_FILE, Focus, FocusModel, Weights, Words
from register.datafile import read_toml

DATA = Path(__file__).resolve().parent.parent / "data"
STRENGTH = 1.0  # inverse of the regularisation
_MENU_SHARE = 0.4  # of a site's pages on which a link stands that is the site's, not the page's


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is known of a link or a page, what it is worth (0-1), and how much it counts."""

    features: dict[str, float]
    worth: float
    weight: float


def train(sites: Iterable[SavedSite], words: Words) -> FocusModel:
    """A model of pages, and one of links that knows how relevant the first finds their pages."""
    sites = tuple(sites)
    blank = Focus(words=words)
    page = _fit([tuple(_page_rows(site, blank)) for site in sites])
    judged = Focus(words=words, model=FocusModel(page=page))
    return FocusModel(page=page, link=_fit([tuple(_link_rows(site, judged)) for site in sites]))


def worth_of(site: SavedSite) -> dict[str, float]:
    """1 for a page that bears services, else what it leads to: the share of such pages among its own links; only of
    pages of which it is known."""
    linked = _links_to(site)
    menu = {path for path, count in linked.items() if count > _MENU_SHARE * len(site.found)}
    worth = {}
    for path, ways in site.links.items():
        known = [t for t, _ in ways if t not in menu and t in site.bearing | site.bare and t != path]
        lead = sum(t in site.bearing for t in known) / (1 + len(known))
        if path in site.bearing | site.bare or len(known) > 2:
            worth[path] = 1.0 if path in site.bearing else lead
    return worth


def _links_to(site: SavedSite) -> Counter[str]:
    """How many pages of the site link to each."""
    return Counter(target for ways in site.links.values() for target, _ in ways)


def _page_rows(site: SavedSite, focus: Focus) -> Iterator[Row]:
    known = [path for path in site.fresh if path in site.bearing | site.bare]
    for path in known:
        features = focus.page_features(site.fresh[path])
        yield Row(features=features, worth=float(path in site.bearing), weight=len(known) ** -0.5)


def _link_rows(site: SavedSite, focus: Focus) -> Iterator[Row]:
    worth, linked = worth_of(site), _links_to(site)
    scores = {path: focus.page_score(text) for path, text in site.fresh.items()}
    depth = {"/": 0}
    for path, ways in site.links.items():
        for target, n in ways:
            depth.setdefault(target, depth[path] + 1)
            if target in worth:
                link, url = site.found[path].links[n], f"https://{HOST}{target}"
                features = focus.link_features(link, url, depth=depth[path] + 1, parent=scores[path])
                weight = 1 / linked[target] / len(worth) ** 0.5
                yield Row(features=features, worth=worth[target], weight=weight)


def _fit(by_site: Sequence[Sequence[Row]]) -> Weights:
    """Weights of the features. Each site has a base rate of its own beside them, left out of what is returned: only
    links of one host are ever weighed against each other, so what sets sites apart is nothing to learn."""
    rows = [row for rows in by_site for row in rows]
    names = sorted({name for row in rows for name in row.features})
    features = np.array([[row.features.get(name, 0.0) for name in names] for row in rows])
    of_site = np.repeat(np.eye(len(by_site)), [len(rows) for rows in by_site], axis=0)
    matrix = np.hstack([features, of_site])
    worth, weight = np.array([row.worth for row in rows]), np.array([row.weight for row in rows])
    # A worth between 0 and 1 is both, in its share.
    doubled, labels = np.vstack([matrix, matrix]), np.repeat([1, 0], len(rows))
    weights = np.concatenate([weight * worth, weight * (1 - worth)])
    weights *= len(rows) / weights.sum() * 0.2
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(doubled, labels, sample_weight=weights)
    return Weights(
        bias=round(float(model.intercept_[0]), 3),
        weight={name: round(float(value), 3) for name, value in zip(names, model.coef_[0][: len(names)], strict=True)},
    )


def _write(model: FocusModel, path: Path) -> None:
    lines = ["# Written by `python -m benchmarks.train_focus`; card.md beside it says on what and how well.", ""]
    for name, weights in (("link", model.link), ("page", model.page)):
        lines += [f"[{name}]", f"bias = {weights.bias}", "", f"[{name}.weight]"]
        lines += [f'"{feature}" = {value}' for feature, value in sorted(weights.weight.items())] + [""]
    path.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    asked = parser.parse_args()
    sites = [read_site(asked.shared, name) for name in site_names(asked.shared)]
    _write(train(sites, read_toml(Words, DATA / "focus.toml")), MODEL_FILE)


if __name__ == "__main__":
    main()
