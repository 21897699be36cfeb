"""The facts of a service: which there are, and which values each may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of a service: `many` facts hold a tuple of strings, the others one value.

    `allowed` is empty where any text (or, for a `number`, any whole number up to `most`) may stand. `form` is a
    regular expression that the whole of each value matches, `example` a value of that form.
    """

    name: str
    label: str
    many: bool
    allowed: tuple[str, ...] = ()
    form: str = ""
    example: str = ""
    most: int = 0

    @property
    def number(self) -> bool:
        return self.most > 0


OLDEST: Final = 120  # years

LANGUAGES: Final = (
    "albanian", "amharic", "arabic", "bengali", "british_sign_language", "bulgarian", "cantonese", "czech", "dari",
    "farsi", "french", "german", "greek", "gujarati", "hebrew", "hindi", "hungarian", "italian", "kurdish", "latvian",
    "lithuanian", "makaton", "mandarin", "nepali", "pashto", "polish", "portuguese", "punjabi", "romani", "romanian",
    "russian", "slovak", "somali", "spanish", "swahili", "sylheti", "tamil", "tigrinya", "turkish", "twi", "ukrainian",
    "urdu", "vietnamese", "welsh", "yoruba",
)  # fmt: skip

FACTS: Final = (
    Fact(name="postcodes", label="Postcodes", many=True),
    Fact(name="phones", label="Telephone", many=True),
    Fact(name="emails", label="E-mail", many=True),
    Fact(
        name="weekdays",
        label="Weekdays",
        many=True,
        allowed=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ),
    Fact(name="times", label="Times", many=True),
    Fact(
        name="frequency",
        label="Frequency",
        many=False,
        allowed=("daily", "weekly", "fortnightly", "monthly", "one_off", "ongoing", "other"),
    ),
    Fact(name="cost", label="Cost", many=False, allowed=("free", "donation", "paid", "mixed")),
    Fact(name="age_min", label="Youngest age, years", many=False, most=OLDEST),
    Fact(name="age_max", label="Oldest age, years", many=False, most=OLDEST),
    Fact(
        name="referral",
        label="Referral",
        many=True,
        allowed=("self", "gp", "professional", "social_prescriber", "anyone"),
    ),
    Fact(
        name="delivery_mode",
        label="Delivery",
        many=True,
        allowed=("in_person_group", "in_person_one_to_one", "phone", "online", "home_visit", "drop_in"),
    ),
    Fact(
        name="recurrence",
        label="Recurrence",
        many=True,
        form=r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;INTERVAL=[1-9]\d?)?"
        r"(?:;BYDAY=(?:-?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:-?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU))*)?",
        example="FREQ=MONTHLY;BYDAY=1TH,3TH",
    ),
    Fact(
        name="seasons",
        label="Parts of the year",
        many=True,
        allowed=("term_time_only", "school_holidays_only", "not_bank_holidays", "seasonal"),
    ),
    Fact(
        name="dates",
        label="Dates",
        many=True,
        form=r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])",
        example="2026-06-21",
    ),
    Fact(
        name="durations",
        label="Length of a session or course",
        many=True,
        form=r"P(?:\d+[DWMY]|T(?:\d+H)?(?:\d+M)?)",
        example="PT1H30M",
    ),
    Fact(name="sessions", label="Number of sessions", many=True, form=r"[1-9]\d{0,2}", example="6"),
    Fact(name="prices", label="Prices", many=True, form=r"£\d+\.\d\d", example="£3.50"),
    Fact(name="capacity", label="Places", many=True, form=r"[1-9]\d{0,3}", example="12"),
    Fact(name="addresses", label="Addresses", many=True),
    Fact(name="websites", label="Web addresses", many=True),
    Fact(
        name="accessibility",
        label="Accessibility",
        many=True,
        allowed=(
            "wheelchair_access",
            "accessible_toilet",
            "accessible_parking",
            "hearing_loop",
            "sign_language",
            "large_print",
            "easy_read",
            "interpreters",
            "autism_friendly",
            "dementia_friendly",
            "assistance_dogs",
            "changing_place",
            "carers_welcome",
        ),
    ),
    Fact(name="languages", label="Languages", many=True, allowed=LANGUAGES),
    Fact(name="provider", label="Provider", many=False),
    Fact(
        name="provider_kind",
        label="Kind of provider",
        many=False,
        allowed=("charity", "cic", "council", "nhs", "faith", "private"),
    ),
    Fact(
        name="charity_number",
        label="Charity number",
        many=False,
        form=r"[1-9]\d{5,6}|SC0\d{5}|NIC1\d{5}",
        example="1123456",
    ),
)
