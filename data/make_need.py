"""Makes need.csv anew: `python data/make_need.py --values need_by_lad.csv [--values more.csv]`.

Each CSV has one row an indicator and district: `lad_code`, the district's GSS code as it was when the indicator was
published, `indicator`, as `map/indicators.csv` names it, `year` and `value`. Other columns may stand beside them. Taken
is what `map/indicators.csv` lists, of the year that it lists; an indicator that no file has stops the run. Unit,
source, licence and address of each indicator stand in that file, so that need.csv holds nothing but numbers.

Where to get them (all under the Open Government Licence v3.0): Census 2021 and mid-year estimates from Nomis or
ons.gov.uk, the Health Index 2021 from ons.gov.uk, the Indices of Deprivation 2025 and statutory homelessness from
gov.uk. To add an indicator, such as unpaid carers (Census 2021, TS039): a row in `map/indicators.csv`, its values in a
CSV, this script, and a row in `map/needs.csv` that says of which factor or population it tells.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = ("gss_code", "indicator", "value")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--values", type=Path, required=True, action="append", help="such a CSV; may be given again")
    given = parser.parse_args()
    with (HERE / "map" / "indicators.csv").open(encoding="utf-8", newline="") as lines:
        years = {row["key"]: row["year"] for row in csv.DictReader(lines)}
    rows = []
    for path in given.values:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if years.get(row["indicator"]) == row["year"]:
                    rows.append((row["lad_code"], row["indicator"], _plain(row["value"])))
    if lost := sorted(set(years) - {indicator for _, indicator, _ in rows}):
        sys.exit(f"make_need: found no values of {', '.join(lost)}, expected some of each row of map/indicators.csv")
    with (HERE / "need.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows))


def _plain(value: str) -> str:
    """A number without the ".0" of a whole one."""
    return value.removesuffix(".0")


if __name__ == "__main__":
    main()
