"""What repeats over a site's pages, so that menus, footers and panels are not taken for content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

from register.localities.places import POSTCODE
from register.models import Page, Passage, SiteProfile

FEWEST_PAGES = 4  # of fewer pages, "on most of them" says nothing
FEWEST_TIMES = 3
LOWEST_SHARE = 0.15
LONGEST_PROFILE = 2000
POSTCODES_KEPT = 200  # of a site, the commonest; enough to tell where a directory's entries lie


def passage_key(text: str, *, heading: bool = False) -> str:
    """A short hash of a passage's words, without case and digits (dates and counts change, the panel stays).

    A heading has another key than a menu entry of the same words, else every page would lose its own title.
    """
    words = "".join(c for c in text.lower() if c.isalpha() or c == " ")
    mark = "# " if heading else ""
    return blake2b((mark + " ".join(words.split())).encode(), digest_size=8).hexdigest()


def key_of(page: Page, passage: Passage) -> str:
    return passage_key(page.quote(passage), heading=passage.level > 0)


def learn_profile(pages: Iterable[Page], *, host: str, known: SiteProfile | None = None) -> SiteProfile:
    """The profile of `host` from `pages`, put together with the `known` one weighted by its number of pages.

    One pass over `pages`, which may be a stream; memory grows with distinct passages, not with pages.
    """
    seen: Counter[str] = Counter()
    addresses: Counter[str] = Counter()
    total = 0
    for page in pages:
        total += 1
        addresses.update({f"{match[1]} {match[2]}" for match in POSTCODE.finditer(page.text)})
        seen.update({key_of(page, p) for p in page.passages} - {passage_key(""), passage_key("", heading=True)})
    old = dict(known.repeated) if known else {}
    old_pages = known.pages if known else 0
    pages_all = total + old_pages
    shares = {
        key: (seen[key] + old.get(key, 0.0) * old_pages) / pages_all
        for key in {*seen, *old}
        if seen[key] + old.get(key, 0.0) * old_pages >= FEWEST_TIMES
    }
    repeated = sorted(
        ((key, round(share, 4)) for key, share in shares.items() if share >= LOWEST_SHARE), key=lambda r: (-r[1], r[0])
    )
    return SiteProfile(
        host=host,
        pages=pages_all,
        repeated=tuple(repeated[:LONGEST_PROFILE]),
        postcodes=_postcode_shares(addresses, dict(known.postcodes) if known else {}, old_pages, pages_all),
    )


def _postcode_shares(
    seen: Counter[str], old: dict[str, float], old_pages: int, pages: int
) -> tuple[tuple[str, float], ...]:
    """The share of pages that hold each postcode, the commonest first."""
    counts = {code: seen[code] + old.get(code, 0.0) * old_pages for code in {*seen, *old}}
    ranked = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return tuple((code, round(count / pages, 4)) for code, count in ranked[:POSTCODES_KEPT])
