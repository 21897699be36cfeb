"""Plants the seed files of a locality: what they name becomes start addresses, each site within a small budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from register.hosts import host_of
from register.localities.locality import SEED_KINDS, Locality, Source
from register.localities.places import Atlas, read_atlas
from register.localities.seeds import Seed, SeedList, read_seeds
from register.store.crawling.runs import Issue

# A site that a list named is looked at, not mapped: a few dozen pages, fewer where nothing comes of them.
PAGES_A_HOST = 40
BARREN_AFTER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A locality whose seed sources have become sites, source by source in the same order; what a person should look
    at instead (shared platforms, rows whose address is none); and the hosts that each source named."""

    locality: Locality
    issues: tuple[Issue, ...]
    hosts: tuple[frozenset[str], ...]
    kinds: tuple[str, ...]

    def routes(self, url: str, source: int) -> tuple[tuple[str, str], ...]:
        """(kind, name) of every source by which the page was found (its number, -1 for none) or would have been: the
        lists that name its host."""
        host = host_of(url)
        found = {n for n, hosts in enumerate(self.hosts) if host in hosts and self.kinds[n] in SEED_KINDS}
        if 0 <= source < len(self.kinds):
            found.add(source)
        return tuple((self.kinds[n], _name(self.locality.sources[n])) for n in sorted(found))


def plant(locality: Locality, data: Path) -> Planted:
    """Reads the locality's seed files; raises ConfigError with file and row before any request is made.

    A host that a source above names already is that source's: the list only remembers that it named it too.
    """
    atlas = cache(lambda: read_atlas(data))
    sources: list[Source] = []
    issues: list[Issue] = []
    hosts: list[frozenset[str]] = []
    for source in locality.sources:
        if source.kind in SEED_KINDS:
            seeds = _read(source, locality, data, atlas)
            hosts.append(frozenset(seed.host for seed in seeds.seeds))
            taken = frozenset().union(*hosts[:-1])
            sources.append(_site(source, tuple(seed for seed in seeds.seeds if seed.host not in taken)))
            issues += [_for_a_person(seed) for seed in seeds.shared]
            issues += [Issue(url=one.found, kind="no web address", message=one.message) for one in seeds.faults]
            if seeds.without:
                message = f"{seeds.without} charities of the locality give no web address in the register"
                issues.append(Issue(url=source.file, kind="no web address", message=message))
        else:
            hosts.append(frozenset(host_of(address) for address in source.start))
            sources.append(source)
    return Planted(
        locality=locality.model_copy(update={"sources": tuple(sources)}),
        issues=tuple(issues),
        hosts=tuple(hosts),
        kinds=tuple(source.kind for source in locality.sources),
    )


def unplanted(locality: Locality) -> Planted:
    """The locality without its seed files, for a recheck: known pages need no list that names them."""
    kept = tuple(source for source in locality.sources if source.kind not in SEED_KINDS)
    return Planted(locality=locality.model_copy(update={"sources": kept}), issues=(), hosts=(), kinds=())


def _read(source: Source, locality: Locality, data: Path, atlas: Callable[[], Atlas]) -> SeedList:
    return read_seeds(
        source,
        data,
        atlas=atlas,
        home=lambda places: places.home(locality.gss_code),
        allow_loopback=locality.allow_loopback,
    )


def _site(source: Source, seeds: tuple[Seed, ...]) -> Source:
    return source.model_copy(
        update={
            "kind": "site",
            "start": tuple(seed.url for seed in seeds),
            "max_pages_per_host": source.max_pages_per_host or PAGES_A_HOST,
            "barren_after": source.barren_after or BARREN_AFTER,
        }
    )


def _for_a_person(seed: Seed) -> Issue:
    name = f"{seed.name}: " if seed.name else ""
    return Issue(url=seed.url, kind="shared platform", message=f"{name}not crawled, look at it by hand ({seed.where})")


def _name(source: Source) -> str:
    return source.file or next(iter(source.start), "")
