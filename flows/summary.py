"""What a run tells at its end: its verdict, its counts, what it found by name, and what went wrong, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.discovery.health import Expected
from register.counts import COUNT_WORDS
from register.store.crawling.runs import Finding, FindingKind, Issue, RunHost

# Counts that are told even where they are nought: nothing found is news.
ALWAYS_TOLD = {"discover": ("pages", "candidates"), "recheck": ("pages",), "publish": ("records",)}
SHOWN = 10  # lines of a list before "and N more"
WIDEST = 200  # characters of a line
# Each list with the mark and the words that head it, in the order in which a person asks for them.
LISTS = (
    (FindingKind.CLOSING_NOTICE, "!", "notices of closing, to be decided on"),
    (FindingKind.DEAD_SERVICE, "x", "services whose pages are dead, to be decided on"),
    (FindingKind.EXPIRED_SERVICE, "x", "services that are over by their own dates, to be decided on"),
    (FindingKind.NEW_SERVICE, "+", "new services"),
    (FindingKind.CHANGED_SERVICE, "~", "changed services, to be looked at again"),
    (FindingKind.MOVED_SERVICE, ">", "services found again elsewhere or renamed"),
    (FindingKind.MISSING_SERVICE, "-", "services no longer found"),
    (FindingKind.NEW_PAGE, "+", "new pages"),
    (FindingKind.CHANGED_PAGE, "~", "changed pages"),
    (FindingKind.MOVED_PAGE, ">", "pages found again under another address"),
    (FindingKind.GONE_PAGE, "-", "pages that are gone"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One finished run. `healthy` is False where it was quarantined; then nothing was marked missing."""

    run_id: str
    kind: str
    locality: str
    healthy: bool
    finish_reason: str
    counts: dict[str, int]
    issues: tuple[Issue, ...] = ()
    findings: tuple[Finding, ...] = ()
    hosts: tuple[RunHost, ...] = ()
    expected: Expected | None = None
    seconds: float = 0.0
    message: str = ""
    places: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> str:
        if not self.healthy:
            return "QUARANTINED"
        doubted = sum(1 for host in self.hosts if host.doubt)
        return f"healthy but for {doubted} of {len(self.hosts)} hosts" if doubted else "healthy"

    @property
    def causes(self) -> Counter[str]:
        """How many issues there were, by kind; an address that gave no page is one of the kind of its cause."""
        return Counter(issue.kind for issue in self.issues)

    def lines(self) -> list[str]:
        """The summary as lines of plain text."""
        head = f"{self.kind} {self.locality}: {self.verdict}, {self.finish_reason}, {self.seconds:.0f} s"
        told = [f"  {self.message}"] if self.message else []
        return [f"{head} (run {self.run_id})", *told, *self._counted(), *self._listed(), *self._ended(), *self.places]

    def markdown(self) -> str:
        """The same for a Prefect artifact."""
        rows = [f"| {many} | {self.counts[key]} |" for key, _, many in COUNT_WORDS if key in self.counts]
        verdict = self.verdict if self.healthy else "**quarantined**"
        head = [f"# {self.kind} {self.locality}: {verdict}", "", self.message, "", "| what | how many |", "|---|---|"]
        told = [f"- {line.strip()}" for line in (*self._listed(), *self._ended())]
        return "\n".join([*head, *rows, "", *told])

    def _counted(self) -> Iterator[str]:
        for key, one, many in COUNT_WORDS:
            if (number := self.counts.get(key, 0)) or key in ALWAYS_TOLD.get(self.kind, ()):
                yield f"  {number:6} {one if number == 1 else many}"

    def _listed(self) -> Iterator[str]:
        pages_told = self.counts.get("new_pages", 0) < self.counts.get("found", 0)  # not where all of it is new
        for kind, mark, words in LISTS:
            found = [finding for finding in self.findings if finding.kind == kind]
            if found and (kind is not FindingKind.NEW_PAGE or pages_told):
                yield from _lines(f"  {words}:", [f"    {mark} {one.name}  {_place(one)}" for one in found])
        for words, no_page in (("no page", True), ("for a person to look at", False)):
            if issues := [issue for issue in self.issues if issue.no_page is no_page]:
                kinds = Counter(issue.kind for issue in issues).most_common()
                told = [f"    ! {issue.kind}: {issue.url}: {issue.message}" for issue in issues]
                yield from _lines(f"  {words} ({', '.join(f'{number} {kind}' for kind, number in kinds)}):", told)

    def _ended(self) -> Iterator[str]:
        """Why each host's crawl ended, where it was not simply at its end, and what is doubted."""
        told = [
            f"    {host.host}: {host.doubt or host.ended} ({host.pages} pages, {host.failed} of the known ones failed)"
            for host in self.hosts
            if host.doubt or host.ended != "finished"
        ]
        if told:
            yield from _lines("  hosts:", told)


def _place(finding: Finding) -> str:
    moved = finding.went_to and finding.went_to != finding.url
    return f"{finding.url} -> {finding.went_to}" if moved else finding.url


def _lines(head: str, lines: list[str]) -> Iterator[str]:
    yield head
    yield from (line[:WIDEST] for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"    and {len(lines) - SHOWN} more, whole in the run's report"
