"""Learns the weights of matching from the labelled pairs and from invented ones: writes data/matching.csv.

    python benchmarks/train_matching.py --shared DIR [--dry-run]

Prints how far weights that never saw a site hold on it. See data/matching.md, whose figures are to be put right by hand
where they change. The same pages and seed give the same file.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.matching_fit import Shares, fit, leave_one_site_out
from benchmarks.matching_pairs import compared_pairs, invented_pairs
from flows.settings import find_data, load_stages
from register.matching.comparing import APART
from register.matching.model import BEFORE, FILE, LevelRow
from register.matching.scoring import ASPECTS, Matcher, every_level
from register.matching.words import read_words

SEED, ENTRIES = 11, 8_000  # of the invented pairs that are learned from; benchmarks are of other seeds
# How a reviewer is told of a level; of the others nothing is said.
SAID = {
    ("name", "same"): "same name",
    ("name", "same, of many"): "same name, which many bear",
    ("name", "typed otherwise"): "same name, typed otherwise",
    ("name", "one within the other"): "one name within the other",
    ("name", "other day"): "same name but for the day",
    ("name", "rare word"): "names share a rare word",
    ("name", "for others"): "names say for whom, and differ",
    ("name", "other place"): "names say where, and differ",
    ("name", "some words"): "names share some words",
    ("name", "other"): "other name",
    ("contact", "same"): "same telephone or e-mail",
    ("contact", "switchboard"): "a telephone or e-mail that many share",
    ("contact", "same domain"): "e-mail at one domain",
    ("contact", "other"): "other telephone or e-mail",
    ("organisation", "same"): "same organisation",
    ("organisation", "alike"): "organisation spelt alike",
    ("organisation", "other"): "other organisation",
    ("place", "same"): "same postcode",
    ("place", "same street"): "same street",
    ("place", "other"): "other place",
    ("schedule", "same"): "same day and time",
    ("schedule", "same day"): "same day, other time",
    ("schedule", "some days"): "some days the same",
    ("schedule", "other day"): "other day",
    ("schedule", "same time"): "same time",
    ("schedule", "other time"): "other time",
    ("words", "same"): "the same description",
    ("words", "much"): "much the same description",
    ("words", "some"): "some of the same description",
    ("words", "other"): "other description",
    ("website", "its own"): "on one website",
    ("website", "a directory"): "in one directory",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    given = parser.parse_args()
    data = find_data()
    from register.matching.model import places_of  # the matcher itself may not be there yet

    words = read_words(data)
    matcher = Matcher(weights={}, said={}, words=words, places=places_of(data, words))
    real, lost = compared_pairs(given.shared, stages=load_stages(data), matcher=matcher)
    invented = invented_pairs(SEED, ENTRIES, matcher=matcher)
    print(f"{len(real)} labelled pairs, {lost} more of pages without a service; {len(invented)} invented pairs")
    for aspect, by_site in leave_one_site_out(real, invented).items():
        for site, found in sorted(by_site.items()):
            told = f"right {found.right:4} wrong {found.wrong:3} missed {found.missed:3}"
            print(f"{aspect:13} {site or 'all':28} F1 {found.f1:.3f}  {told}")
    if not given.dry_run:
        write(data / FILE, fit(real, invented))
    return 0


def write(path: Path, shares: dict[str, Shares]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(LevelRow.model_fields)
        whole = [
            f"{share:.5f}" for aspect in ASPECTS for share in (shares[aspect].matching, 1 - shares[aspect].matching)
        ]
        writer.writerow([BEFORE, "", "", *whole])
        for sign, level in every_level():
            told = [f"{table[sign, level]:.5f}" for a in ASPECTS for table in (shares[a].m, shares[a].u)]
            writer.writerow([sign, level, SAID.get((sign.removesuffix(APART), level), ""), *told])


if __name__ == "__main__":
    sys.exit(main())
