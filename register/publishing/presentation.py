"""What the published files say of themselves, and the plain words in them (`data/formats/`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from register.codes.vocabulary import FIELD_NAMES, Status
from register.datafile import DataModel, one_of, read_csv, read_toml
from register.errors import ConfigError
from register.publishing.export import EVIDENCE_COLUMNS, RECORD_COLUMNS, TOMBSTONE_COLUMNS
from register.staleness.freshness import Freshness

TABLES: Final = {
    "records": (*RECORD_COLUMNS, *FIELD_NAMES),
    "evidence": EVIDENCE_COLUMNS,
    "tombstones": TOMBSTONE_COLUMNS,
}
KINDS: Final = ("text", "first", "ages", "mail", "web", "day", "freshness")
LONGEST_SHEET_NAME: Final = 31  # characters, in every spreadsheet program


class Licence(DataModel):
    key: str
    name: str
    url: str


class Shade(DataModel):
    """How a state of a record's last check is told: in words, and in a colour of six hexadecimal digits."""

    state: Freshness
    words: str
    colour: str = Field(pattern=r"^[0-9A-F]{6}$")


class CodebookNames(DataModel):
    base: str = Field(pattern=r"^https?://\S+[/#]$")
    language: str
    origins: dict[str, str]
    schemes: dict[str, str]
    axes: dict[str, str]


class Workbook(DataModel):
    notes_sheet: str = Field(max_length=LONGEST_SHEET_NAME)
    longest: int = Field(ge=80, le=32_767)
    notes: tuple[str, ...]


class Datasette(DataModel):
    facets: tuple[str, ...]
    array_facets: tuple[str, ...]


class Column(DataModel):
    """A column of a published table; `unit` of what it counts, where it counts."""

    table: Annotated[str, one_of(*TABLES)]
    name: str
    type: Literal["string", "integer", "date", "datetime"]
    title: str
    description: str
    required: Literal["yes", ""] = ""
    unit: str = ""


class SheetColumn(DataModel):
    """A column of the workbook: `fields` are the columns of a record that it is made from, one after the other, or,
    of the kind `first`, from the first that says anything; `width` is in characters. The `printed` ones stand
    first, for a page of paper holds no more."""

    key: str
    heading: str
    width: int = Field(ge=4, le=120)
    fields: str
    kind: Annotated[str, one_of(*KINDS)]
    printed: Literal["yes", ""] = ""


class ReferralField(DataModel):
    """A property of an object of Open Referral UK 3.0; `holds` is the object (or list of objects) in it."""

    object: str
    name: str
    type: Literal["string", "number", "integer", "boolean", "array", "object"]
    form: Literal["", "uuid", "uri", "email", "date", "time", "date-time"] = ""
    required: Literal["yes", ""] = ""
    holds: str = ""
    allowed: str = ""


class _Formats(DataModel):
    title: str
    description: str
    homepage: str
    attribution: str
    licence: Licence
    codebook: CodebookNames
    absent: dict[str, str]
    freshness: tuple[Shade, ...]
    workbook: Workbook
    datasette: Datasette
    words: dict[str, str]

    @model_validator(mode="after")
    def _complete(self) -> _Formats:
        kinds = {status.value for status in Status if status is not Status.REPORTED}
        if unsaid := sorted(kinds - set(self.absent)):
            raise ValueError(f"absent: words for each of {', '.join(sorted(kinds))}; {unsaid[0]} has none")
        if [row.state for row in self.freshness] != list(Freshness):
            raise ValueError(f"freshness: a row for each of {', '.join(Freshness)}, in this order")
        return self


class Presentation(_Formats):
    """All of `data/formats/`."""

    columns: tuple[Column, ...]
    sheet: tuple[SheetColumn, ...]
    referral: tuple[ReferralField, ...]

    def table(self, name: str) -> tuple[Column, ...]:
        """The columns of a published table, in their order."""
        by_name = {column.name: column for column in self.columns if column.table == name}
        return tuple(by_name[column] for column in TABLES[name])

    def title_of(self, name: str) -> str:
        """What the column `name` of the table records is called."""
        return self.column(name).title

    def column(self, name: str) -> Column:
        """The column of the table records of that name."""
        return next(column for column in self.columns if column.table == "records" and column.name == name)


def read_presentation(data: Path) -> Presentation:
    """Raises ConfigError for the first fault of `data/formats/`: a column that is published and not told of, or that
    is told of and not published, among them."""
    folder = data / "formats"
    told = read_toml(_Formats, folder / "formats.toml")
    columns = read_csv(Column, folder / "columns.csv")
    for table, names in TABLES.items():
        listed = [column.name for column in columns if column.table == table]
        if odd := sorted(set(listed) ^ set(names)) or sorted({n for n in listed if listed.count(n) > 1}):
            raise ConfigError(str(folder / "columns.csv"), "name", f"{table}: {odd[0]}", "each published column once")
    sheet = read_csv(SheetColumn, folder / "sheet.csv")
    for number, row in enumerate(sheet, 2):
        if odd := sorted(set(row.fields.split()) - set(TABLES["records"])):
            raise ConfigError(f"{folder / 'sheet.csv'}:{number}", "fields", odd[0], "a column of the table records")
    flags = [bool(row.printed) for row in sheet]
    if not any(flags) or flags != sorted(flags, reverse=True):
        raise ConfigError(str(folder / "sheet.csv"), "printed", flags, "the printed columns first, and at least one")
    referral = read_csv(ReferralField, folder / "oruk.csv")
    objects = {row.object for row in referral}
    for number, field in enumerate(referral, 2):
        if field.holds and field.holds not in objects:
            raise ConfigError(f"{folder / 'oruk.csv'}:{number}", "holds", field.holds, "an object of this file")
    return Presentation(**dict(told), columns=columns, sheet=sheet, referral=referral)
