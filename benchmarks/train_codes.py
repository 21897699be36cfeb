"""Trains the committed code model on all labelled services and writes its card.

python -m benchmarks.train_codes --shared ../shared [--figures FILE]
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.codes_loso import DATA
from benchmarks.codes_training import as_training, read_charities, read_invented, read_services
from classify.model import MODEL_FILE, CodeModel, save_model
from classify.training import fit, prepare
from register.codes.codebook import read_codebook
from register.codes.study import LEAST_LIKELY

CARD = """# Card of the code model

`codes.npz` holds plain arrays: twice weights over {words} words and pairs of words and over the {rows} rows of the
codebook, and the {pairs} weights of the second layer. It holds no sentence, name list or address: a word is kept only
where it stands on at least two sites. Read it with `classify.model.load_model`; nothing in it is unpickled.

**Made by** `python -m benchmarks.train_codes --shared DIR`, with the codebook of this commit: its cues are features, so
after a change of cues train again. Same input, same weights.

**Trained on** {services} fully labelled services of {pages} pages of {sites} sites (train and dev labels, and those of
`benchmarks/labels.jsonl`, read once, with the help of a language model), each as two drafts: its quoted sentences, and
the whole block of text that holds them; the first layer also on the {invented} coded services of `data/examples.csv`,
which are invented. The outside layer alone was trained on UK-CAT's hand-tagged charities
(charity-classification/ukcat, CC BY 4.0), for the codes that ten or more of them have.

**How.** First layer: for each code a balanced logistic regression over TF-IDF and cue strengths, once on services (own)
and once on charities (outside), whose labels mean something else and are weighed, not mixed in. Second layer: one
logistic regression over (service, code) pairs, shared by all codes, fitted on first layers that never saw the service's
site; so the scores are calibrated on unknown sites, and a code with few examples borrows from the others. Shown from:
{cuts}, where the score times the draft's own (is it a service?) is at least {even:.2f}.

**Leave-one-site-out on dev pages, drafts made from the labels** (`python -m benchmarks.codes_loso --shared DIR`):

```
{figures}
```

**Read with care.** The model of each row never saw the row's site, but the people who wrote the cues had these labels
before them, so on sites of other kinds expect less. {rare} of the {codes} codes have fewer than five labelled services;
their scores rest on the cues and on how the other codes behave:

{rare_codes}
"""


def card(model: CodeModel, shared: Path, figures: str) -> str:
    services = read_services(shared)
    once = services[: len(services) // 2]
    counts = Counter(key for service in once for key in service.keys)
    rare = [key for key in model.codes if counts[key] < 5]
    return CARD.format(
        words=len(model.words),
        rows=len(model.rows),
        pairs=len(model.pair_weights),
        services=len(once),
        invented=len(read_invented(DATA, codebook=read_codebook(DATA))),
        pages=len({s.page_id for s in once}),
        sites=len({s.site for s in once}),
        cuts=", ".join(f"{scheme} {cut:.2f}" for scheme, cut in model.cuts.items()),
        even=LEAST_LIKELY,
        figures=figures.strip(),
        rare=len(rare),
        codes=len(model.codes),
        rare_codes="\n".join(f"- {key}" for key in rare),
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--shared", type=Path, required=True)
    asked.add_argument("--figures", type=Path, help="the output of benchmarks.codes_loso, for the card")
    given = asked.parse_args()
    codebook = read_codebook(DATA)
    samples = prepare(as_training(read_services(given.shared)), codebook=codebook)
    weak = prepare(read_charities(given.shared), codebook=codebook)
    model = fit(samples, weak, prepare(read_invented(DATA, codebook=codebook), codebook=codebook), codebook=codebook)
    save_model(model)
    figures = given.figures.read_text(encoding="utf-8") if given.figures else "(not measured)"
    MODEL_FILE.with_name("card.md").write_text(card(model, given.shared, figures), encoding="utf-8")
    print(f"{MODEL_FILE}: {MODEL_FILE.stat().st_size / 1000:.0f} kB; cuts {dict(model.cuts)}")


if __name__ == "__main__":
    main()
