"""Pages that say the same at several addresses: learns which parameter or path segment changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from register.hosts import host_of

_MOST_PAGES = 50_000
_MOST_RULES = 5_000
_SLASH = "last/"  # the rule of a slash at the end of the path
_PROOF = 3  # pairs alike by the value of a parameter alone, before it is taken to mean nothing


class Variants:
    """Which addresses of a crawl are variants of others (`print=1`, `/amp/`, an order of sorting).

    A rule is `HOST ?NAME` for a parameter, `HOST first/SEGMENT` or `HOST last/SEGMENT` for a part of the path. It holds
    where a page said the same with and without it, and where pages with it seldom said anything new.
    """

    def __init__(self) -> None:
        self._address_of: dict[int, str] = {}
        self._same: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._held: set[str] = set()
        self.repeats = 0

    def learn(self, rules: tuple[str, ...]) -> None:
        """Take over what an earlier crawl learnt."""
        self._same.update(dict.fromkeys(rules, _PROOF))
        self._held.update(rules)

    def note(self, url: str, likeness: int) -> str:
        """Learn from a page that was read; the earlier address with the same main text, or ""."""
        earlier = self._address_of.get(likeness, "") if likeness else ""
        if not earlier:
            if likeness and len(self._address_of) < _MOST_PAGES:
                self._address_of[likeness] = url
            for rule, _ in _shorter(url):
                if rule in self._same or ("?" in rule and len(self._new) < _MOST_RULES):
                    self._new[rule] += 1
                    self._judge(rule)
            return ""
        self.repeats += 1
        for rule, weight in _differences(earlier, url):
            if rule in self._same or len(self._same) < _MOST_RULES:
                self._same[rule] += weight
                self._judge(rule)
        return earlier

    def note_redirect(self, url: str, final: str) -> None:
        """Learn from an address that leads to another: a slash at the end of a path changes nothing here."""
        if "?" not in url and url.rstrip("/") == final.rstrip("/"):
            self._held.add(f"{host_of(url)} {_SLASH}")

    def twin(self, url: str) -> str:
        """The address that has a slash at its end where `url` has none, or the other way, where that is known to change
        nothing on the host; else ""."""
        if f"{host_of(url)} {_SLASH}" not in self._held or "?" in url:
            return ""
        return url.removesuffix("/") if url.endswith("/") else f"{url}/"

    def plain(self, url: str) -> str:
        """`url` without what is known to change nothing on its host."""
        if not self._held:
            return url
        while shorter := next((plain for rule, plain in _shorter(url) if rule in self._held), ""):
            url = shorter
        return url

    def rules(self) -> tuple[str, ...]:
        """What was learnt, for the next crawl."""
        return tuple(sorted(self._held))

    def _judge(self, rule: str) -> None:
        holds = self._same[rule] >= _PROOF and self._same[rule] > 2 * (self._new[rule] - 1)
        (self._held.add if holds else self._held.discard)(rule)


def _shorter(url: str) -> Iterator[tuple[str, str]]:
    """The rules by which `url` could be a variant, each with the address that is left without."""
    parts, host = urlsplit(url), host_of(url)
    pairs = parts.query.split("&") if parts.query else []
    for name in dict.fromkeys(pair.partition("=")[0] for pair in pairs):
        rest = "&".join(pair for pair in pairs if pair.partition("=")[0] != name)
        yield f"{host} ?{name}", urlunsplit(parts._replace(query=rest))
    segments = parts.path.split("/")
    named = [n for n, segment in enumerate(segments) if segment]
    for where, n in (("first", named[0]), ("last", named[-1])) if len(named) > 1 else ():
        path = "/".join(segments[:n] + segments[n + 1 :])
        yield f"{host} {where}/{segments[n]}", urlunsplit(parts._replace(path=path))


def _differences(one: str, other: str) -> list[tuple[str, int]]:
    """The rules for which two addresses of one text speak: one of them has something more, which is proof; or they
    differ by the value of one parameter, which is a hint."""
    for longer, shorter in ((one, other), (other, one)):
        proof = [rule for rule, plain in _shorter(longer) if plain.rstrip("/") == shorter.rstrip("/")]
        if proof:
            return [(rule, _PROOF) for rule in proof[:1]]
    rest = dict(_shorter(other))
    return [(rule, 1) for rule, plain in _shorter(one) if "?" in rule and rest.get(rule) == plain]
