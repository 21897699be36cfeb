"""What single HTML elements mean for reading: hidden, block, heading, menu."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from bs4.element import Tag

from register.vocabulary import PassageKind

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
CONTENT: Final = ("main", "article", "section")


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


def class_words(tag: Tag) -> frozenset[str]:
    """The words of an element's classes and id: `site-header`, `navBar` -> site, header, nav, bar."""
    classes = tag.get("class") or ""
    names = classes if isinstance(classes, str) else " ".join(classes)
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", f"{names} {tag.get('id') or ''}")
    return frozenset(re.split(r"[^a-z0-9]+", text.lower())) - {""}


def read_role(tag: Tag) -> Role:
    """The heading that an element is; NONE where it is none or holds too much to be one."""
    name = tag.name
    if len(name) == 2 and name[0] == "h" and name[1] in "123456":
        role = Role(int(name[1]))
    elif name in ("summary", "legend"):
        role = Role.SUMMARY
    elif tag.get("role") == "heading":
        level = str(tag.get("aria-level") or "3")
        role = Role(int(level)) if level in "123456" and level else Role.H3
    elif (name == "button" and tag.get("aria-expanded") is not None and tag.find_parent("nav") is None) or (
        name == "label" and _opens_panel(tag)
    ):
        role = Role.SUMMARY
    elif name in ("div", "span", "p", "a") and class_words(tag) & TITLE_WORDS and _is_line(tag):
        role = Role.TITLE
    else:
        return Role.NONE
    return role if _length(tag) <= LONGEST_HEADING else Role.NONE


def _length(tag: Tag) -> int:
    """Characters of text in `tag`, counted no further than a heading may be long."""
    total = 0
    for string in tag.strings:
        total += len(string.strip())
        if total > LONGEST_HEADING:
            break
    return total


def _opens_panel(tag: Tag) -> bool:
    """A label of a tab or accordion: what follows it is a block of text, and there is no field in it."""
    after = tag.find_next_sibling()
    return after is not None and after.name in ("div", "section") and tag.find(("input", "select", "textarea")) is None


def _is_line(tag: Tag) -> bool:
    return 0 < _length(tag) <= 100 and tag.find(BLOCKS_IN_LINE) is None


BLOCKS_IN_LINE: Final = [
    "div",
    "p",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "li",
]


def kind_of(tag: Tag) -> PassageKind | None:
    return KINDS.get(tag.name)


def is_chrome(tag: Tag) -> bool:
    """A menu, page header or footer, notice or form by its own name, role or class."""
    name = tag.name
    if name in ("nav", "form", "button", "select", "option", "dialog"):
        return name not in ("button", "form") or (read_role(tag) is Role.NONE and not _holds_page(tag))
    if name in ("header", "footer"):
        return tag.find_parent(CONTENT) is None and not _holds_page(tag)
    if tag.get("role") in CHROME_ROLES:
        return not _holds_page(tag)
    if name in ("div", "ul", "ol", "section", "aside", "p", "a", "span"):
        words = class_words(tag)
        if words & CHROME_WORDS or ({"site", "page", "main"} & words and {"footer", "header"} & words):
            return not _holds_page(tag)
        if words == {"footer"} or words == {"header"}:
            return tag.find_parent(CONTENT) is None and not _holds_page(tag)
    return False


def _holds_page(tag: Tag) -> bool:
    """A wrapper of the whole page that is merely called so (ASP.NET forms, `menu-open` on a body wrapper)."""
    return tag.find(("main", "article")) is not None
