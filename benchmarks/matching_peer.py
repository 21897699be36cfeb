"""What Splink makes of the same entries, as JSON; dataset_matching runs it in an environment of its own.

    python benchmarks/matching_peer.py FOLDER

FOLDER holds `known.csv` and `new.csv`. Splink learns as its own tutorial does (u from random pairs, m by expectation
maximisation), then matches the new records against the known ones. Its time is that of the matching alone: the known
records are loaded, their term frequencies counted and the model learned before the clock starts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

LEAST_WEIGHT = -6.0


def main(folder: Path) -> int:
    import splink
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI()
    read = "read_csv('{}', all_varchar=true, header=true)"
    for name in ("known", "new"):
        source = read.format(folder / f"{name}.csv")
        columns = [row[0] for row in api._con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: S608 (ours)
        told = [f"nullif({column}, '') AS {column}" for column in columns if column != "words"]
        chosen = ", ".join([*told, "string_split(words, ' ') AS words"])
        api._con.execute(f"CREATE TABLE {name}_records AS SELECT {chosen} FROM {source}")  # noqa: S608 (ours)
    rules = [
        block_on("phone"),
        block_on("email"),
        block_on("name"),
        block_on("sorted"),
        block_on("host", "sorted"),
        block_on("postcode", "provider"),
        block_on("locality", "first"),
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            cl.JaroWinklerAtThresholds("sorted", [0.95, 0.85, 0.7]).configure(term_frequency_adjustments=True),
            cl.ArrayIntersectAtSizes("words", [3, 2, 1]),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("email").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("street", [0.9]),
            cl.JaroWinklerAtThresholds("provider", [0.95, 0.85]),
            cl.ExactMatch("weekday"),
            cl.ExactMatch("time"),
            cl.ExactMatch("charity"),
            cl.ExactMatch("locality"),
        ],
        retain_intermediate_calculation_columns=False,
    )
    began = time.perf_counter()
    linker = Linker("known_records", settings, api)
    linker.training.estimate_probability_two_random_records_match([block_on("phone", "sorted")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    for rule in (block_on("phone", "postcode"), block_on("sorted", "locality")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    linker.inference.find_matches_to_new_records(
        api._con.execute("SELECT * FROM new_records LIMIT 5").df(), blocking_rules=rules
    )
    learned = time.perf_counter() - began
    new = api._con.execute("SELECT * FROM new_records").df()
    began = time.perf_counter()
    found = linker.inference.find_matches_to_new_records(
        new, blocking_rules=rules, match_weight_threshold=LEAST_WEIGHT
    ).as_duckdbpyrelation()
    pairs = found.select("unique_id_l, unique_id_r, match_weight").fetchall()
    seconds = time.perf_counter() - began
    told = [[a, b, round(weight, 2)] for a, b, weight in pairs]
    print(json.dumps({"version": splink.__version__, "learned": learned, "seconds": seconds, "pairs": told}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
