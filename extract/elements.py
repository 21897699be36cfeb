"""What single HTML elements mean for reading: hidden, block, heading, menu."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from typing import Final, cast

from extract.lexicon import lexicon
from extract.tree import Element
from register.codes.vocabulary import PassageKind

HIDDEN: Final = frozenset(("head", "script", "style", "noscript", "template", "svg"))
BLOCK: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "html",
        "input",
        "label",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "iframe",
    ]
)
# A heading opened inside one of these says nothing about what follows it.
SCOPES: Final = frozenset(("article", "aside", "details", "dd", "footer", "li", "main", "nav", "section", "td"))
LONGEST_HEADING: Final = 140
MOST_NODES: Final = 200  # elements and strings in a heading

KINDS: Final = {
    "li": PassageKind.LIST_ITEM,
    "td": PassageKind.CELL,
    "th": PassageKind.TERM,
    "dt": PassageKind.TERM,
    "dd": PassageKind.DEFINITION,
    "p": None,
}

CHROME_ROLES: Final = frozenset(
    ("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar")
)
CHROME_WORDS: Final = frozenset(
    [
        "nav",
        "navbar",
        "navigation",
        "topnav",
        "subnav",
        "menu",
        "breadcrumb",
        "breadcrumbs",
        "crumbs",
        "cookie",
        "cookies",
        "consent",
        "gdpr",
        "skip",
        "skiplink",
        "share",
        "sharing",
        "social",
        "pagination",
        "pager",
        "newsletter",
        "copyright",
        "topbar",
        "masthead",
        "offcanvas",
    ]
)
TITLE_WORDS: Final = frozenset(["title", "heading", "headline", "name"])
FOLDING_WORDS: Final = frozenset(["accordion", "collapse", "collapsible", "expander"])
CONTENT: Final = frozenset(("main", "article", "section"))
NAV: Final = frozenset(("nav",))
FIELDS: Final = frozenset(("input", "select", "textarea"))
BLOCKS_IN_LINE: Final = frozenset(
    ("div", "p", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "li")
)
NO_WORDS: Final[frozenset[str]] = frozenset()
NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")
CAMEL: Final = re.compile(r"([a-z])([A-Z])")


class Role(IntEnum):
    """Levels of headings; those after H6 are elements that stand in for headings."""

    NONE = 0
    H1 = 1
    H2 = 2
    H3 = 3
    H4 = 4
    H5 = 5
    H6 = 6
    SUMMARY = 7
    TITLE = 8


BOLD_LEVEL: Final = 9


def class_words(tag: Element) -> frozenset[str]:
    """The words of an element's classes and id: `site-header`, `navBar` -> site, header, nav, bar."""
    if tag.words is None:
        names = f"{tag.attrs.get('class', '')} {tag.attrs.get('id', '')}"
        tag.words = _words(names) if len(names) > 1 else NO_WORDS
    return tag.words


@lru_cache(maxsize=4096)  # a site writes the same classes on every page
def _words(names: str) -> frozenset[str]:
    return frozenset(NO_LETTERS.split(CAMEL.sub(r"\1 \2", names).lower())) - {""}


def mark_of(tag: Element) -> str:
    """The label that the mark-up gives a line of text ("provider" for `class="org"`); "" where it gives none.

    Only whole lines are marked: of a name inside a sentence the sentence says itself what it is.
    """
    if not tag.attrs:
        return ""
    label = _mark(tag.attrs.get("class") or "", tag.attrs.get("itemprop") or "")
    return label if label and _is_line(tag) and (tag.name in BLOCK or _alone(tag)) else ""


@lru_cache(maxsize=4096)
def _mark(classes: str, properties: str) -> str:
    marks = lexicon().marks
    for name in f"{classes} {properties}".split():
        words = [word for word in NO_LETTERS.split(CAMEL.sub(r"\1 \2", name).lower()) if word]
        if len(words) > 1 and words[-1] == "name":
            words.pop()
        if words and words[-1] in marks:
            return marks[words[-1]]
    return ""


def _alone(tag: Element) -> bool:
    """An inline element that holds all the text of its parent."""
    return tag.parent is not None and _length(tag.parent) == _length(tag)


def read_role(tag: Element) -> Role:
    """The heading that an element is; NONE where it is none or holds too much to be one."""
    if tag.role is None:
        role = _role(tag)
        tag.role = role if role and _length(tag) <= LONGEST_HEADING else Role.NONE
    return cast(Role, tag.role)


def _role(tag: Element) -> Role:
    name = tag.name
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        return Role(int(name[1]))
    if name in ("summary", "legend"):
        return Role.SUMMARY
    if not tag.attrs and name != "label":
        return Role.NONE
    if tag.attrs.get("role") == "heading":
        level = tag.attrs.get("aria-level") or "3"
        return Role(int(level)) if level in "123456" and len(level) == 1 else Role.H3
    if (name == "button" and _folds(tag)) or (name == "label" and _opens_panel(tag)):
        return Role.SUMMARY
    if name in ("div", "span", "p", "a") and class_words(tag) & TITLE_WORDS and not mark_of(tag) and _is_line(tag):
        return Role.TITLE
    return Role.NONE


def _length(tag: Element) -> int:
    """Characters of text in `tag`, counted no further than a heading may be long or may hold elements."""
    total = 0
    for count, node in enumerate(tag.nodes()):
        total += len(node.strip()) if isinstance(node, str) else 0
        if total > LONGEST_HEADING or count > MOST_NODES:
            return LONGEST_HEADING + 1
    return total


def _opens_panel(tag: Element) -> bool:
    """A label of a tab or accordion: what follows it is a block of text, and there is no field in it."""
    after = next(tag.siblings_after(), None)
    return after is not None and after.name in ("div", "section") and not _has(tag, FIELDS)


def _folds(tag: Element) -> bool:
    """A button that opens what is below it, as the title of a part: it says so, or its class and what follows do."""
    if tag.inside(NAV):
        return False
    return "aria-expanded" in tag.attrs or (bool(class_words(tag) & FOLDING_WORDS) and _opens_panel(tag))


def _is_line(tag: Element) -> bool:
    return 0 < _length(tag) <= 100 and not _has(tag, BLOCKS_IN_LINE)


def _has(tag: Element, names: frozenset[str]) -> bool:
    return any(inside.name in names for inside in islice(tag.descendants(), MOST_NODES))


def kind_of(tag: Element) -> PassageKind | None:
    return KINDS.get(tag.name)


def is_chrome(tag: Element) -> bool:
    """A menu, page header or footer, notice or form by its own name, role or class."""
    name = tag.name
    if name in ("nav", "form", "button", "select", "option", "dialog"):
        return name not in ("button", "form") or (read_role(tag) is Role.NONE and not tag.holds_page)
    if name in ("header", "footer"):
        return not tag.inside(CONTENT) and not tag.holds_page
    if not tag.attrs:
        return False
    if tag.attrs.get("role") in CHROME_ROLES:
        return not tag.holds_page
    if name in ("div", "ul", "ol", "section", "aside", "p", "a", "span"):
        words = class_words(tag)
        if words & CHROME_WORDS or ({"site", "page", "main"} & words and {"footer", "header"} & words):
            return not tag.holds_page  # a wrapper of the whole page may merely be called so (`menu-open`)
        if words == {"footer"} or words == {"header"}:
            return not tag.inside(CONTENT) and not tag.holds_page
    return False
