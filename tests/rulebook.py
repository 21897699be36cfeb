"""A small codebook, the checklist and the rules of reviewing, for the tests' registers."""

from register.codes.checklist import Checklist, ChecklistItem
from register.codes.codebook import Code, Codebook
from register.codes.study import RULES as STUDY_RULES
from register.codes.vocabulary import TIDIER_ITEMS
from register.reviewing.rules import Batches, Leases, Order, ProviderLink, ReviewRules, Sharing

CODES = {
    "type": (
        ("social_befriending", "Befriending", "Regular company."),
        ("nature", "Gardening", "Outdoors."),
    ),
    "factor": (("social_isolation", "Isolation", "Few contacts."), ("bereavement", "Bereavement", "After a death.")),
    "population": (("general", "General population", "Anybody."), ("older_adults", "Older adults", "Of 50 or more.")),
}
CUES = {"nature": r"\bnurser(y|ies)\b", "bereavement": "lost somebody"}
CODEBOOK = Codebook(
    codes=tuple(
        Code(
            scheme=scheme,
            code=code,
            label=label,
            origin="proposed",
            definition=definition,
            include=CUES.get(code, ""),
        )
        for scheme, codes in CODES.items()
        for code, label, definition in codes
    )
)
# No second reviews and nothing known to be wrong, unless a test asks for them.
RULES = ReviewRules(
    leases=Leases(minutes=30),
    second_review=Sharing(share=0),
    known_wrong=Sharing(share=0),
    provider_link=ProviderLink(days=30),
    batches=Batches(most=500, least_score=0.8),
    order=Order(learn_after=10),
    rule_labels={rule: rule.replace("_", " ").capitalize() for rule in STUDY_RULES}
    | {"aim": "Aims to improve mental health"},
)
CHECKLIST = Checklist(
    item=tuple(
        ChecklistItem(name=name, label=name.replace("_", " ").capitalize(), question=f"What of {name}?", example="x")
        for name in TIDIER_ITEMS
    )
)
