"""Makes need.csv anew: `python data/make_need.py --imd imd.csv`.

IMD: the English Indices of Deprivation 2025 by local authority district (Ministry of Housing, Communities and Local
Government, Open Government Licence v3.0), file 10 of the release as a CSV with a code of the district, its name, and
`imd_average_score`: the population-weighted average score of its neighbourhoods, the higher the more deprived.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = ("gss_code", "indicator", "year", "value", "unit", "source", "licence")
ABOUT = ("imd_average_score", "2025", "score", "English Indices of Deprivation 2025, MHCLG", "OGL v3.0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--imd", type=Path, required=True)
    given = parser.parse_args()
    indicator, year, unit, source, licence = ABOUT
    with given.imd.open(encoding="utf-8-sig", newline="") as lines:
        rows = [(row["ltla24_code"], row[indicator]) for row in csv.DictReader(lines)]
    with (HERE / "need.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((code, indicator, year, value, unit, source, licence) for code, value in sorted(rows))


if __name__ == "__main__":
    main()
