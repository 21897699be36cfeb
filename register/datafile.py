"""Reads data files that people edit (TOML, CSV) into checked types; a typo is an error that names file and key."""

from __future__ import annotations

import csv
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from register.errors import ConfigError


def _compiles(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"a regular expression ({error})") from error
    return text


Pattern = Annotated[str, AfterValidator(_compiles)]  # a regular expression


def one_of(*allowed: str) -> AfterValidator:
    """Of a key whose value is one of these words."""

    def known(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return text

    return AfterValidator(known)


def find_data() -> Path:
    """The folder of data files: TIDIERMAP_DATA, else the checkout's `data/`, else the one inside the package."""
    if named := os.environ.get("TIDIERMAP_DATA"):
        return Path(named)
    root = Path(__file__).resolve().parent.parent
    return root / "data" if (root / "data").is_dir() else root / "register" / "data"


class DataModel(BaseModel):
    """Base of what data files hold: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=DataModel)


def check(model: type[M], raw: dict[str, Any], *, where: str) -> M:
    """`raw` as a `model`; raises ConfigError for the first fault, with its key and what was expected there."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        # A misspelt key shows up twice, as unknown and as missing; the unknown one is what the user typed.
        fault = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in fault["loc"]) or "(file)"
        if fault["type"] == "extra_forbidden":
            expected = f"one of the keys {', '.join(_keys_near(model, fault['loc']))}"
            raise ConfigError(where, key, fault["input"], expected) from error
        found = "nothing" if fault["type"] == "missing" else fault["input"]
        expected = "a value" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
        raise ConfigError(where, key, found, expected) from error


def _keys_near(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that are known where `loc` points, following nested models through tuples."""
    for part in loc[:-1]:
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        inner = [*getattr(field.annotation, "__args__", ()), field.annotation] if field else []
        model = next((a for a in inner if isinstance(a, type) and issubclass(a, BaseModel)), model)
    return sorted(f.alias or name for name, f in model.model_fields.items())


def read_toml(model: type[M], path: Path, **extra: Any) -> M:  # noqa: ANN401 (passed on as it is)
    """The TOML file at `path` as a `model`, with `extra` keys that come from elsewhere (the file's name)."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(str(path), "(file)", "no such file", "a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "(file)", str(error), "TOML in UTF-8") from error
    return check(model, {**raw, **extra}, where=str(path))


def read_csv(model: type[M], path: Path, **extra: Any) -> tuple[M, ...]:  # noqa: ANN401 (as above)
    """The rows of the CSV file at `path`, each as a `model`; the place of a fault is `file:row` (row 1: the header).

    Spreadsheets begin a file with a byte-order mark, which is passed over.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, restkey="(too many cells)"))
    except FileNotFoundError as error:
        raise ConfigError(str(path), "(file)", "no such file", "a CSV file") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "(file)", str(error), "CSV in UTF-8") from error
    return tuple(check(model, {**row, **extra}, where=f"{path}:{n}") for n, row in enumerate(rows, 2))
