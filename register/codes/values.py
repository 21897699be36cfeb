"""Which values a field may hold, checked where a person or a stage gives one."""

from __future__ import annotations

import re

from register.codes.codebook import Codebook
from register.codes.vocabulary import FACT_BY_NAME, FIELD_NAMES, SCOPE_FIELD, Inclusion, Scope
from register.errors import TidiermapError
from register.models import Value


def check_value(name: str, value: Value, *, codebook: Codebook) -> Value:
    """`value` as the field `name` may hold it; raises TidiermapError with what was expected."""
    if name not in FIELD_NAMES:
        raise TidiermapError(f"found the field {name!r}, expected one of {', '.join(FIELD_NAMES)}")
    group, _, own = name.partition(".")
    if group == "code":
        return _many_of(name, value, tuple(code.code for code in codebook.scheme(own)))
    if name == SCOPE_FIELD:
        return _one_of(name, value, tuple(scope.value for scope in Scope if scope is not Scope.UNCLEAR))
    if group == "eligibility":
        return _one_of(name, value, tuple(verdict.value for verdict in Inclusion))
    if group == "tidier":
        return _text(name, value)
    fact = FACT_BY_NAME[own]
    if fact.number:
        return _whole(name, value, fact.most)
    checked = _many_of(name, value, fact.allowed) if fact.many else _one_of(name, value, fact.allowed)
    for one in checked if isinstance(checked, tuple) else (checked,):
        if fact.form and not re.fullmatch(fact.form, one):
            raise TidiermapError(f"{name}: found {one!r}, expected the form of {fact.example}")
    return checked


def _text(name: str, value: Value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TidiermapError(f"{name}: found {value!r}, expected text")
    return value.strip()


def _whole(name: str, value: Value, most: int) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise TidiermapError(f"{name}: found {value!r}, expected a whole number of years from 0 to {most}")
    return number


def _one_of(name: str, value: Value, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or not value.strip() or (allowed and value not in allowed):
        expected = f"one of {', '.join(allowed)}" if allowed else "text"
        raise TidiermapError(f"{name}: found {value!r}, expected {expected}")
    return value


def _many_of(name: str, value: Value, allowed: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, tuple) or not value:
        raise TidiermapError(f"{name}: found {value!r}, expected one or more values")
    for one in value:
        if not isinstance(one, str) or not one.strip() or (allowed and one not in allowed):
            expected = f"one of {', '.join(allowed)}" if allowed else "text"
            raise TidiermapError(f"{name}: found {one!r}, expected {expected}")
    return value
