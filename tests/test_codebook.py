"""The codebook's files: whole, refused where wrong, and true to their own examples."""

import csv
import shutil
from pathlib import Path

import pytest

from classify.codes import propose_codes
from classify.guards import GUARDS
from register.codebook_page import codebook_page
from register.codes.codebook import Code, Codebook, read_codebook, split_cues
from register.codes.vocabulary import CODE_SCHEMES, SCHEMES
from register.errors import ConfigError
from tests.coding import service, shown

DATA = Path(__file__).parent.parent / "data"
CODEBOOK = read_codebook(DATA)


def proposed(sentence: str, scheme: str, *, codebook: Codebook = CODEBOOK) -> set[str]:
    draft, page = service(sentence)
    return shown(propose_codes(draft, page=page, codebook=codebook), scheme)


def code_id(code: Code) -> str:
    return f"{code.scheme}:{code.code}"


@pytest.mark.parametrize("code", CODEBOOK.codes, ids=code_id)
def test_its_example_gets_the_code(code: Code) -> None:
    assert code.code in proposed(code.example, code.scheme)


@pytest.mark.parametrize("code", CODEBOOK.codes, ids=code_id)
def test_its_counter_example_does_not(code: Code) -> None:
    assert code.counter_example
    assert code.code not in proposed(code.counter_example, code.scheme)


@pytest.mark.parametrize("code", [c for c in CODEBOOK.codes if c.code not in ("general", "other")], ids=code_id)
def test_the_cues_of_the_row_alone_find_its_example(code: Code) -> None:
    """So that the example speaks for its own row, not for a rival's weakness."""
    alone = Codebook(codes=(code,), signals=CODEBOOK.signals)
    assert proposed(code.example, code.scheme, codebook=alone) == {code.code}


def test_every_kind_of_guard_has_a_row() -> None:
    assert {signal.kind for signal in CODEBOOK.signals} == {*GUARDS, "eligibility"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(DATA / "codebook", tmp_path / "codebook")
    return tmp_path


def rewrite(path: Path, column: str, value: str, *, row: int = 0) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("scheme", CODE_SCHEMES)
def test_a_mistyped_column_is_refused_with_the_known_ones(data: Path, scheme: str) -> None:
    path = data / "codebook" / f"{scheme}s.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("counter_example", "conter_example", 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{scheme}s\.csv:2: conter_example.*counter_example"):
        read_codebook(data)


@pytest.mark.parametrize(
    ("file", "column", "value", "told"),
    [
        ("types.csv", "include", "tea (morning", "'tea \\(morning' is none"),
        ("factors.csv", "exclude", "good\n[a-", r"'\[a-' is none"),
        ("populations.csv", "origin", "duncan2012", "duncan2021, duncan2021_blog, cisl2021, proposed"),
        ("signals.csv", "kind", "befor", "before, after, around, sentence, eligibility"),
        ("signals.csv", "include", "(", "is none"),
        ("settings.csv", "place", "hall (", "is none"),
        ("levels.csv", "follows", "type:singing", "type:singing.*a code"),
        ("cisl_types.csv", "follows", "social_befriending", "social_befriending.*a code"),
        ("settings.csv", "follows", "fact.delivery_mode:balloon", "balloon.*a fact"),
        ("sectors.csv", "follows", "fact.provider_sort", "provider_sort.*a fact"),
    ],
)
def test_a_faulty_cell_is_refused_with_file_row_and_fault(
    data: Path, file: str, column: str, value: str, told: str
) -> None:
    rewrite(data / "codebook" / file, column, value, row=1)
    with pytest.raises(ConfigError, match=rf"{file}:3: {column}.*{told}"):
        read_codebook(data)


@pytest.mark.parametrize("file", ["types.csv", "factors.csv", "populations.csv", "settings.csv", "signals.csv"])
def test_a_code_that_stands_twice_is_refused(data: Path, file: str) -> None:
    with (data / "codebook" / file).open(encoding="utf-8", newline="") as lines:
        first = next(csv.DictReader(lines))["code"]
    rewrite(data / "codebook" / file, "code", first, row=1)
    with pytest.raises(ConfigError, match=rf"{file}.*{first}.*once"):
        read_codebook(data)


def test_a_new_code_is_one_row(data: Path) -> None:
    with (data / "codebook" / "types.csv").open("a", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow(["repair_cafe", "Repair café", "proposed", "", "", "repair caf[eé]", "", "", ""])
    assert "repair_cafe" in proposed("Our repair café mends toasters.", "type", codebook=read_codebook(data))


def test_cues_are_split_at_lines_and_at_bars_between_spaces() -> None:
    assert split_cues("tea\n coffee | (a|b)\n") == ("tea", "coffee", "(a|b)")


def test_the_page_of_the_documents_is_made_from_these_files() -> None:
    assert (DATA.parent / "docs" / "codebook.md").read_text(encoding="utf-8") == codebook_page(CODEBOOK)


@pytest.mark.shared
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_code_of_the_study_is_here_as_published(shared: Path, scheme: str) -> None:
    ours = {code.code: code for code in CODEBOOK.scheme(scheme)}
    with (shared / "codebook" / f"{scheme}s.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["code"] for row in rows] == list(ours)
    for row in rows:
        assert {column: getattr(ours[row["code"]], column) for column in row} == row
