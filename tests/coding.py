"""Services of our own writing for tests of coding: a page that holds one text, and a draft that spans it."""

from datetime import UTC, datetime

from register.models import DraftField, Page, ProposedCode, ServiceDraft

FETCHED = datetime(2026, 3, 1, tzinfo=UTC)


def service(text: str, *, name: str = "", fields: tuple[DraftField, ...] = ()) -> tuple[ServiceDraft, Page]:
    """A page that says `name` and `text` and nothing else, and the draft of all of it."""
    words = f"{name} {text}".strip()
    page = Page(
        url="https://example.org/group", locality="sample", title=name, text=words, passages=(), fetched_at=FETCHED
    )
    return ServiceDraft(name=name, page_url=page.url, spans=((0, len(words)),), fields=fields), page


def shown(codes: tuple[ProposedCode, ...], scheme: str) -> set[str]:
    return {code.code for code in codes if code.scheme == scheme and code.shown}
