"""The templates' environment: escaping always on, an unknown name is an error, and how dates and numbers are said."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from register.counts import plural, worded
from register.hosts import STATEMENT, is_web_address
from review.addresses import query
from review.keys import KEYS
from review.quality.lessons import lesson_of
from review.quality.pages import news_of

HERE = Path(__file__).parent


@cache
def open_templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,  # else each field of a record page asks whether its templates' files changed
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {"day": day, "moment": moment, "percent": percent, "web": web_address, "plural": plural}
    templates.filters |= {"worded": worded, "clock": clock}
    templates.filters |= {"query": query, "said_at": said_at}
    templates.globals["keys"] = KEYS
    templates.globals |= {"lesson_of": lesson_of, "news_of": news_of}
    return templates


def day(when: datetime | None) -> str:
    return when.strftime("%d %b %Y").lstrip("0") if when else "never"


def moment(when: datetime | None) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC") if when else "never"


def clock(when: datetime) -> str:
    return when.strftime("%H:%M UTC")


def percent(score: float) -> str:
    return f"{round(score * 100)}%"


def said_at(url: str) -> str:
    """The address at which we show a page of our own that holds what a person told us."""
    return f"/statement/{url.removeprefix(STATEMENT)}/page"


def web_address(url: str) -> str:
    """The address where it may be followed, else nothing."""
    return url if is_web_address(url) else ""
