"""What a page says that its site's other pages do not: the cheap text by which a crawl judges and compares pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import XPath, _Element  # type: ignore[import-untyped]  # lxml ships no types

_HIDDEN = "parent::script or parent::style or parent::noscript or parent::template or parent::title"
_TEXTS = XPath(f"//text()[not({_HIDDEN})]", smart_strings=False)
_SHORTEST_PART = 3  # characters; less is punctuation between links
_CHROME_FROM = 3  # pages on which a part has to stand to be the site's and no page's own
_LEAST_TEXT = 120  # characters of own text without which two pages cannot be told to be alike
_MOST_PARTS = 100_000  # a site, remembered; parts that stood on one page are forgotten first
_MOST_TEXT = 30_000  # characters of a page that are judged


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """`fresh` is the text that no earlier page of the site had; `likeness` is equal for two pages whose main text is
    made of the same parts in any order, 0 where there is too little text to tell; it means nothing across runs."""

    fresh: str
    likeness: int


class SiteTexts:
    """The parts of text that the pages of one host had so far."""

    def __init__(self) -> None:
        self._pages_with: dict[int, int] = {}

    def read(self, root: _Element) -> PageText:
        """The page's own text, by the pages read before it; notes its parts."""
        counts = self._pages_with
        parts = {hash(part): part for part in _parts(root)}
        fresh = " \n".join(part for key, part in parts.items() if key not in counts)
        own = {key: part for key, part in parts.items() if counts.get(key, 0) < _CHROME_FROM}
        enough = sum(map(len, own.values())) >= _LEAST_TEXT
        for key in parts:
            counts[key] = counts.get(key, 0) + 1
        if len(counts) > _MOST_PARTS:
            self._pages_with = {key: count for key, count in counts.items() if count > 1}
        return PageText(fresh=fresh[:_MOST_TEXT], likeness=hash(frozenset(own)) if enough else 0)


def _parts(root: _Element) -> Iterator[str]:
    for text in _TEXTS(root):
        part = " ".join(text.split())
        if len(part) >= _SHORTEST_PART:
            yield part
