"""What pandas, sqlite-utils and Frictionless make of files that ours wrote; run by the Python that has them.

python benchmarks/formats_peers.py pandas|sqlite-utils|frictionless RECORDS FOLDER
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import time
from pathlib import Path


def pandas(folder: Path) -> float:
    """Writes the cells of our workbook as one sheet; gives the processor's seconds, reading left out."""
    import pandas
    from openpyxl import load_workbook

    book = load_workbook(folder / "services.xlsx", read_only=True)
    rows = [row for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2, values_only=True)]
    heads = next(iter(book.worksheets[1].iter_rows(max_row=1, values_only=True)))
    frame = pandas.DataFrame(rows, columns=heads)
    del rows
    began = time.process_time()
    frame.to_excel(folder / "peer.xlsx", index=False)
    return time.process_time() - began


def sqlite_utils(folder: Path) -> float:
    """Inserts the rows of our tables of services and evidence, and enables full-text search."""
    from sqlite_utils import Database

    began = time.process_time()
    peer = Database(folder / "peer.db")
    with sqlite3.connect(folder / "dataset.db") as ours:
        ours.row_factory = sqlite3.Row
        for table, key in (("services", "id"), ("evidence", None)):
            rows = (dict(row) for row in ours.execute(f"SELECT * FROM {table}"))  # noqa: S608 (ours)
            peer[table].insert_all(rows, pk=key)
    searched = [name for name in peer["services"].columns_dict if name.startswith(("tidier_", "name"))]
    peer["services"].enable_fts(searched, tokenize="porter")
    return time.process_time() - began


def frictionless(folder: Path) -> int:
    """How many faults Frictionless finds in our package."""
    from frictionless import validate

    return sum(len(task.errors) for task in validate(str(folder / "datapackage.json")).tasks)


if __name__ == "__main__":
    name, _, place = sys.argv[1:]
    if name == "frictionless":
        print(json.dumps({"faults": frictionless(Path(place))}))
    else:
        seconds = {"pandas": pandas, "sqlite-utils": sqlite_utils}[name](Path(place))
        print(json.dumps({"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
