"""The Brave Search API as a search provider (its reference: api-dashboard.search.brave.com, web search)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from email.message import Message
from http.client import HTTPException
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from flows.discovery.search import Hit, SearchError

ENDPOINT = "https://api.search.brave.com/res/v1/web/search"
KEY_VARIABLE = "BRAVE_SEARCH_API_KEY"
MOST_RESULTS = 20  # a request, by the API's own limit
LONGEST_QUERY = 400  # characters, as above
LONGEST_ANSWER = 5_000_000  # bytes
LONGEST_WAIT = 60.0  # seconds; a longer one is a monthly quota that ran out
TRIES = 3
TIMEOUT = 30.0  # seconds
TOO_MANY = 429
REFUSED = {401: "the key is not accepted", 403: "the key may not do this", 422: "the request or key is not accepted"}


class _NoRedirects(HTTPRedirectHandler):
    """The key goes to the API and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        return None


class Brave:
    """Searches in Britain, in English, at most `per_second` requests a second. The key is sent as a header, and is
    neither stored nor part of any message."""

    name = "brave"
    results = MOST_RESULTS

    def __init__(
        self,
        key: str,
        *,
        endpoint: str = ENDPOINT,
        per_second: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not key or not key.isascii() or not key.isprintable():
            raise SearchError(f"{self.name}: found no usable key in {KEY_VARIABLE}, expected that of your subscription")
        self._key, self._endpoint, self._pause, self._sleep = key, endpoint, 1.0 / per_second, sleep
        self._opener = build_opener(_NoRedirects())
        self._asked = False

    def __repr__(self) -> str:
        return f"Brave({self._endpoint})"

    def search(self, query: str) -> tuple[Hit, ...]:
        asked = {"q": query[:LONGEST_QUERY], "count": MOST_RESULTS, "country": "GB", "search_lang": "en"}
        for attempt in range(1, TRIES + 1):
            if self._asked:
                self._sleep(self._pause)
            self._asked = True
            body, wait = self._ask(f"{self._endpoint}?{urlencode(asked)}", last=attempt == TRIES)
            if body is not None:
                return _hits(body)
            self._sleep(wait)
        raise AssertionError("the last try gives an answer or raises")

    def _ask(self, url: str, *, last: bool) -> tuple[bytes | None, float]:
        """The answer's body; or None and the seconds after which to ask again."""
        headers = {"X-Subscription-Token": self._key, "Accept": "application/json"}
        try:
            with self._opener.open(Request(url, headers=headers), timeout=TIMEOUT) as answer:  # noqa: S310 (ours)
                body = answer.read(LONGEST_ANSWER + 1)
        except HTTPError as error:
            wait = _reset(error.headers)
            if error.code == TOO_MANY and not last and wait <= LONGEST_WAIT:
                return None, wait
            raise SearchError(f"{self.name}: {_why(error.code, wait)}") from None
        except (URLError, OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise SearchError(f"{self.name}: no answer ({reason}); run the command again to go on") from None
        if len(body) > LONGEST_ANSWER:
            raise SearchError(f"{self.name}: found an answer of more than {LONGEST_ANSWER:,} bytes, expected results")
        return body, 0.0


def _why(code: int, wait: float) -> str:
    if code == TOO_MANY:
        return f"answered 429, the quota is used up for {wait:.0f} seconds; run the command again then to go on"
    return f"answered {code}, {REFUSED.get(code, 'expected 200')}"


def _reset(headers: Message) -> float:
    """Seconds until the API may be asked again: the first of its windows that has nothing left."""
    left = [part.strip() for part in headers.get("X-RateLimit-Remaining", "").split(",")]
    resets = [part.strip() for part in headers.get("X-RateLimit-Reset", "").split(",")]
    spent = [float(reset) for rest, reset in zip(left, resets, strict=False) if rest == "0" and reset.isdigit()]
    return max(spent, default=1.0)


def _hits(body: bytes) -> tuple[Hit, ...]:
    try:
        results = (json.loads(body).get("web") or {}).get("results") or []
        return tuple(Hit(url=str(one["url"]), title=str(one.get("title") or "")) for one in results)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise SearchError(
            "brave: found an answer that is no list of web results, expected web.results[].url"
        ) from error
