"""The codebook as a page of the documents: `python -m register.codebook_page > docs/codebook.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from register.codes.codebook import Code, Codebook, ProvisionCode, read_codebook
from register.codes.vocabulary import CODE_SCHEMES

DATA = Path(__file__).parent.parent / "data"
TITLES = {
    "type": "Types",
    "factor": "Risk and protective factors",
    "population": "Populations",
    "cisl_type": "Types by the CISL report",
    "level": "Levels by the CISL report",
    "principle": "Principles by the CISL report",
    "sector": "Sectors of providers",
    "setting": "Settings",
    "evaluation": "Reach, outcomes, evaluation and measures",
}
HEAD = """# Codebook
Made from `data/codebook/*.csv` by `python -m register.codebook_page > docs/codebook.md`; edit the files, not this page.
[coding.md](coding.md) says how codes are proposed. Origins: `duncan2021` and `duncan2021_blog` are the study's, read in
its tables or in a summary of it; `cisl2021` is read in the published summary of a working paper by the Cambridge
Institute for Sustainability Leadership (2021); `proposed` is ours."""


def codebook_page(codebook: Codebook) -> str:
    """All codes by scheme, in Markdown: what each means, where it ends, where it is from, an example."""
    return "\n".join([HEAD, *(line for scheme in CODE_SCHEMES for line in _section(scheme, codebook))]) + "\n"


def _section(scheme: str, codebook: Codebook) -> Iterator[str]:
    yield from ("", f"## {TITLES[scheme]}", "", "| code | means | origin | an example |", "|---|---|---|---|")
    for code in codebook.scheme(scheme):
        means = " ".join(filter(None, (f"**{code.label}.**", code.definition, code.boundary, _follows(code))))
        yield f"| `{code.code}` | {_cell(means)} | {code.origin} | {_cell(code.example)} |"


def _follows(code: Code) -> str:
    sources = code.sources if isinstance(code, ProvisionCode) else ()
    return f"Follows from {', '.join(f'`{source}`' for source in sources)}." if sources else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(codebook_page(read_codebook(DATA)))
