"""Which values a field may hold, checked where a person or a stage gives one."""

from __future__ import annotations

from register.codebook import Codebook
from register.errors import TidiermapError
from register.models import Value
from register.vocabulary import FACT_BY_NAME, FIELD_NAMES, SCOPE_FIELD, Inclusion, Scope

OLDEST = 120  # years


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
    if own in ("age_min", "age_max"):
        return _years(name, value)
    if fact.many:
        return _many_of(name, value, fact.allowed)
    return _one_of(name, value, fact.allowed)


def _text(name: str, value: Value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TidiermapError(f"{name}: found {value!r}, expected text")
    return value.strip()


def _years(name: str, value: Value) -> int:
    try:
        years = int(str(value))
    except ValueError:
        years = -1
    if not 0 <= years <= OLDEST:
        raise TidiermapError(f"{name}: found {value!r}, expected a whole number of years from 0 to {OLDEST}")
    return years


def _one_of(name: str, value: Value, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise TidiermapError(f"{name}: found {value!r}, expected one of {', '.join(allowed)}")
    return value


def _many_of(name: str, value: Value, allowed: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, tuple) or not value:
        raise TidiermapError(f"{name}: found {value!r}, expected one or more values")
    for one in value:
        if not isinstance(one, str) or not one.strip() or (allowed and one not in allowed):
            expected = f"one of {', '.join(allowed)}" if allowed else "text"
            raise TidiermapError(f"{name}: found {one!r}, expected {expected}")
    return value
