"""Reads an RSS or Atom feed into a readable page: its items, those without a page of their own with their words."""

from __future__ import annotations

import io
from datetime import datetime
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]  # it ships no types

from extract.records import RecordWriter, plain_words
from register.models import Page

MOST_ITEMS = 500


def read_feed(body: bytes, *, url: str, locality: str, fetched_at: datetime) -> Page:
    """The page of a feed; one without text where the body is none.

    An item that leads to a page of the feed's own website is only named, for that page says more; one that leads
    nowhere, or to another website, is set with its words below its title, as an entry of a listing.
    """
    writer = RecordWriter("feed")
    # A stream of bytes: feedparser takes a string for an address, and would fetch it.
    feed = feedparser.parse(io.BytesIO(body))
    title = plain_words(str(feed.feed.get("title", "")))
    home = _host(str(feed.feed.get("link", "")))
    items = feed.entries[:MOST_ITEMS]
    elsewhere = [bool(home) and _host(str(item.get("link", ""))) == home for item in items]
    writer.heading(title, 1, chrome=all(elsewhere))
    for item, has_page in zip(items, elsewhere, strict=True):
        if writer.full:
            break
        name = plain_words(str(item.get("title", "")))
        if has_page:
            writer.text(name, chrome=True)
        else:
            writer.heading(name, 2)
            writer.text(_words(item))
    return writer.page(url=url, locality=locality, title=title, fetched_at=fetched_at)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _words(item: feedparser.FeedParserDict) -> str:
    contents = [str(content.get("value", "")) for content in item.get("content", [])]
    return max([*contents, str(item.get("summary", ""))], key=len)
