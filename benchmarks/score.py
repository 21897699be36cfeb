"""The whole pipeline measured on labelled pages, leave-one-site-out: `make score`.

    python benchmarks/score.py --shared DIR [--out pred.jsonl] [--floor metric=0.8 ...]

Each page of DIR/gold/dev.jsonl is read, segmented, drafted and coded by models trained without its site; what repeats
across the site is learned from the whole site, as a crawl would. Prints the table of DIR/eval/score.py.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.codes_loso import train_folds  # noqa: E402 (the checkout comes first)
from benchmarks.extract_loso import Lab  # noqa: E402
from benchmarks.gold_drafts import site_of  # noqa: E402
from flows.discovery.drafting import draft_page  # noqa: E402
from flows.predictions import predicted_service, write_lines  # noqa: E402
from flows.settings import Stages  # noqa: E402
from register.codes.codebook import read_codebook  # noqa: E402
from register.codes.study import read_study  # noqa: E402


def predictions(shared: Path) -> Iterator[dict[str, object]]:
    """A prediction for each page of dev.jsonl, by models that never saw its site."""
    lab = Lab(shared)
    codebook = read_codebook(ROOT / "data")
    coders = train_folds(shared, codebook)
    for site in lab.sites:
        stages = Stages(
            checklist=lab.checklist,
            codebook=codebook,
            study=read_study(ROOT / "data"),
            nlp=lab.nlp,
            code_model=coders[site_of(site)],
            models=lab.train(site),
        )
        print(f"{site}: models trained without it", file=sys.stderr, flush=True)
        for gold in lab.golds:
            if gold.site == site and gold.split == "dev":
                drafted = draft_page(gold.page, profile=lab.profiles[site], stages=stages)
                services = [predicted_service(candidate) for candidate in drafted.candidates]
                yield {"page": gold.label["page"], "page_kind": drafted.reading.kind.value, "services": services}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "score" / "pred.jsonl")
    parser.add_argument("--floor", action="append", default=[])
    args = parser.parse_args()
    if not (args.shared / "gold" / "dev.jsonl").exists():
        print(f"make score: no labelled pages in {args.shared}; name their folder with SHARED=...", file=sys.stderr)
        return 2
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_lines(args.out, predictions(args.shared))
    scorer = [sys.executable, str(args.shared / "eval" / "score.py")]
    where = ["--gold", str(args.shared / "gold" / "dev.jsonl"), "--pages", str(args.shared / "sites")]
    floors = [part for floor in args.floor for part in ("--floor", floor)]
    return subprocess.run([*scorer, *where, "--pred", str(args.out), *floors], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
