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
    writer.heading(title, 1)
    for item in feed.entries[:MOST_ITEMS]:
        if writer.full:
            break
        name, words = plain_words(str(item.get("title", ""))), _words(item)
        if home and _host(str(item.get("link", ""))) == home:
            writer.text(name, lambda start, end: None)
        else:
            writer.heading(name, 2)
            writer.text(words, lambda start, end: None)
    return writer.page(url=url, locality=locality, title=title, fetched_at=fetched_at)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _words(item: feedparser.FeedParserDict) -> str:
    contents = [str(content.get("value", "")) for content in item.get("content", [])]
    return max([*contents, str(item.get("summary", ""))], key=len)
