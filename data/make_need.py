"""Makes need.csv anew: `python data/make_need.py --imd imd.csv`.

IMD: the English Indices of Deprivation 2025 by local authority district (Ministry of Housing, Communities and Local
Government, Open Government Licence v3.0, on gov.uk), the summaries by lower-tier district saved as a CSV with two
columns so named: `ltla24_code`, the district's GSS code, and `imd_average_score`, the average score of its
neighbourhoods, the higher the more deprived. Other columns may stand beside them. Source, year and licence stand in
each row that is written.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

HERE = Path(__file__).parent
DISTRICT = "ltla24_code"
COLUMNS = ("gss_code", "indicator", "year", "value", "unit", "source", "licence")
ABOUT = ("imd_average_score", "2025", "score", "English Indices of Deprivation 2025, MHCLG", "OGL v3.0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--imd", type=Path, required=True, help="that CSV")
    given = parser.parse_args()
    indicator, year, unit, source, licence = ABOUT
    with given.imd.open(encoding="utf-8-sig", newline="") as lines:
        rows = [(row[DISTRICT], row[indicator]) for row in csv.DictReader(lines)]
    with (HERE / "need.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((code, indicator, year, value, unit, source, licence) for code, value in sorted(rows))


if __name__ == "__main__":
    main()
