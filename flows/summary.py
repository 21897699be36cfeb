"""What a run tells at its end: its verdict, its counts, and what went wrong, in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from register.counts import COUNT_WORDS
from register.store.runs import Issue

# Counts that are told even where they are nought: nothing found is news.
ALWAYS_TOLD = {"discover": ("pages", "candidates"), "recheck": ("pages",), "publish": ("records",)}


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
    seconds: float = 0.0
    message: str = ""
    places: tuple[str, ...] = field(default=())

    def lines(self) -> list[str]:
        """The summary as lines of plain text."""
        verdict = "healthy" if self.healthy else "QUARANTINED"
        head = f"{self.kind} {self.locality}: {verdict}, {self.finish_reason}, {self.seconds:.0f} s (run {self.run_id})"
        counts = [
            f"  {number:6} {one if number == 1 else many}"
            for key, one, many in COUNT_WORDS
            if (number := self.counts.get(key, 0)) or key in ALWAYS_TOLD.get(self.kind, ())
        ]
        shown = [f"  ! {issue.kind}: {issue.url}: {issue.message}"[:200] for issue in self.issues[:10]]
        more = [f"  ! and {len(self.issues) - 10} more, listed under the run in the review application"]
        told = [f"  {self.message}"] if self.message else []
        return [head, *counts, *told, *shown, *(more if len(self.issues) > 10 else []), *self.places]

    def markdown(self) -> str:
        """The same as a table, for a Prefect artifact."""
        rows = [f"| {many} | {self.counts[key]} |" for key, _, many in COUNT_WORDS if key in self.counts]
        failures = [f"- `{issue.kind}` {issue.url}: {issue.message}" for issue in self.issues[:50]]
        verdict = "healthy" if self.healthy else "**quarantined**"
        return "\n".join(
            [
                f"# {self.kind} {self.locality}: {verdict}",
                "",
                self.message,
                "",
                "| what | how many |",
                "|---|---|",
                *rows,
                "",
                *failures,
            ]
        )
