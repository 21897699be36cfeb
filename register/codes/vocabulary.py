"""The closed vocabularies of fields: TIDieR items, facts, code schemes and their allowed values."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from register.codes.facts import FACTS as FACTS


class Status(StrEnum):
    """What a field knows: three kinds of absence that are never mixed, and, in what is published, a fourth."""

    REPORTED = "reported"
    NOT_REPORTED = "not_reported"  # looked, absent
    NOT_EXTRACTED = "not_extracted"  # not looked
    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"  # reported, and left out of publications because it is private of a person


class PageKind(StrEnum):
    SERVICE = "service"
    LISTING = "listing"
    ORGANISATION = "organisation"
    NEWS = "news"
    INFO = "info"
    OTHER = "other"


class PassageKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CELL = "cell"
    TERM = "term"
    DEFINITION = "definition"


class Inclusion(StrEnum):
    """Verdict of an eligibility rule set."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNCLEAR = "unclear"


class Outcome(StrEnum):
    """What a rule of a study says of a service."""

    MET = "met"
    NOT_MET = "not met"
    UNCLEAR = "unclear"


class Cause(StrEnum):
    """Why an address gave no page that can be believed; the values are what summaries, reports and tables say."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    WALL = "http_403_wall"  # refused to us, or a challenge that a browser would have to pass
    NOT_FOUND = "404"
    GONE = "410"
    RATE_LIMITED = "429"
    SERVER_ERROR = "500"  # any answer from 500 on
    SOFT_404 = "soft_404"
    PARKED = "parked"
    REDIRECT_LOOP = "redirect_loop"
    LOGIN = "login"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    ROBOTS = "robots"
    CHANGED_LAYOUT = "changed_layout"
    PRIVATE = "private"  # leads into a private network
    OTHER = "other"


class Scope(StrEnum):
    """How far a service reaches, seen from a locality; what is not local is shown, and not counted for it."""

    LOCAL = "local"
    ELSEWHERE = "elsewhere"
    NATIONAL = "national_reference"
    UNCLEAR = "unclear"


TIDIER_ITEMS: Final = (
    "brief_name",
    "why",
    "what_materials",
    "what_procedures",
    "who_provided",
    "how",
    "where",
    "when_how_much",
    "tailoring",
    "modifications",
    "how_well_planned",
    "how_well_actual",
)

SCHEMES: Final = ("type", "factor", "population")
# What kind of provision a service is: no labels teach these, they follow from codes, facts and words.
PROVISION_SCHEMES: Final = ("cisl_type", "level", "principle", "sector", "setting", "evaluation")
CODE_SCHEMES: Final = (*SCHEMES, *PROVISION_SCHEMES)
NETS: Final = ("wide", "strict")
SCOPE_FIELD: Final = "eligibility.scope"

# A field's name is its group and its own name: tidier.why, fact.cost, code.type, eligibility.wide.
FIELD_NAMES: Final = (
    *(f"tidier.{item}" for item in TIDIER_ITEMS),
    *(f"fact.{fact.name}" for fact in FACTS),
    *(f"code.{scheme}" for scheme in CODE_SCHEMES),
    *(f"eligibility.{net}" for net in NETS),
    SCOPE_FIELD,
)

FACT_BY_NAME: Final = {fact.name: fact for fact in FACTS}
