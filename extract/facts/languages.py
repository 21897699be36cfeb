"""Languages in which a service is offered, where the text says that it is spoken, offered or interpreted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from extract.facts.found import Found
from extract.literals import quick
from register.codes.facts import LANGUAGES

NAMES: Final = {name.replace("_", " "): name for name in LANGUAGES} | {
    "bsl": "british_sign_language",
    "persian": "farsi",
}
NAME: Final = re.compile(rf"(?i)\b(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})\b")
NAME_GATE: Final = quick(NAME)
LABEL: Final = re.compile(r"(?i)^languages?\b|\blanguages? (?:spoken|offered|available)\b")
SPOKEN: Final = re.compile(
    r"(?i)\b(?:speak(?:s|ing|ers?)?|spoken|languages?|interpret\w*|translat\w*|available in|offered in"
    r"|delivered in|bilingual|signed|fluent)\b"
)
ALWAYS: Final = frozenset(("british_sign_language", "makaton"))


def find_languages(text: str, *, label: str = "", lowered: str = "") -> Iterator[Found]:
    """Languages as the vocabulary names them. "French" alone is a class or a food; a verb of speech must stand near."""
    if not NAME_GATE.may_match(lowered or text.lower()):
        return
    labelled = bool(LABEL.search(label))
    spoken = labelled or bool(SPOKEN.search(text))
    for match in NAME.finditer(text):
        name = NAMES[match[0].lower()]
        near = text[max(0, match.start() - 90) : match.end() + 40]
        if (labelled or name in ALWAYS or (spoken and SPOKEN.search(near))) and (
            match[0][:1].isupper() or name in ALWAYS
        ):
            yield Found(value=name, start=match.start(), end=match.end(), rule="language")
