"""The drift report: what was accepted against what the scores promised, in lines and as a page with pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from flows.learning.drift import Acceptance, Drift, measure_drift
from flows.reporting.run_report import REPORTS, as_page
from flows.settings import Settings
from register.pictures import Span, spans

NAME = "drift.html"


def write_drift_report(*, settings: Settings) -> tuple[tuple[str, ...], Path]:
    """Writes `reports/drift.html` beside the register; gives its lines for a terminal, and its path."""
    drift = measure_drift(settings=settings)
    folder = settings.register.parent / REPORTS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.write_text(render_drift(drift), encoding="utf-8")
    return drift_lines(drift), path


def drift_lines(drift: Drift) -> tuple[str, ...]:
    """The same in words: all, then month by month, then the codes whose scores do not hold."""
    if not drift.overall.proposed:
        return ("no proposed code was decided on yet",)
    months = [f"  {_in_words(month)}" for month in drift.months]
    words = [f"  {name:8} {share:.1%} of words unknown to the model" for name, share in drift.new_words]
    off = [f"  {_in_words(code)}" for code in drift.codes if code.drifted]
    doubt = "codes whose scores do not hold:" if off else "no code's scores are off beyond noise"
    return (_in_words(drift.overall), "by month:", *months, *words, doubt, *off)


def render_drift(drift: Drift) -> str:
    """The whole page."""
    parts = [
        "<h1>What was accepted of the proposed codes</h1>",
        f"<p>{escape(_in_words(drift.overall))}.</p>"
        '<p class="muted">The dot is the share that reviewers accepted, its line the 95% interval; the stroke '
        "across is the share that the scores promised. Red: the promise lies outside.</p>",
        "<h2>By score</h2>",
        _drawn(drift.scores, "Accepted and promised, by score"),
        "<h2>By month</h2>",
        _drawn(drift.months, "Accepted and promised, by month of the decision"),
        _words(drift.new_words),
        "<h2>By code</h2>",
        _drawn([code for code in drift.codes if code.proposed], "Accepted and promised, by code"),
        _table(drift.codes),
    ]
    return as_page("What was accepted of the proposed codes", parts)


def _in_words(one: Acceptance) -> str:
    share = f"accepted {one.accepted:.1%} [{one.low:.1%} to {one.high:.1%}], promised {one.promised:.1%}"
    return f"{one.name}: {one.proposed:,} proposed, {share}, {one.added:,} added"


def _drawn(rows: Sequence[Acceptance], title: str) -> str:
    drawn = [
        Span(
            label=f"{row.name} ({row.proposed:,})",
            share=row.accepted,
            low=row.low,
            high=row.high,
            promised=row.promised,
            bad=row.drifted,
        )
        for row in rows
    ]
    return spans(drawn, title=title) if drawn else ""


def _words(shares: Sequence[tuple[str, float]]) -> str:
    told = "".join(f'<tr><td>{escape(name)}</td><td class="n">{share:.1%}</td></tr>' for name, share in shares)
    head = '<th scope="col">Decided in</th><th scope="col" class="n">Words that the model in use does not know</th>'
    return f"<h2>New words</h2><table><thead><tr>{head}</tr></thead><tbody>{told}</tbody></table>"


def _share(one: Acceptance, share: float) -> str:
    return f"{share:.0%}" if one.proposed else ""


def _table(codes: Sequence[Acceptance]) -> str:
    names = ("Proposed", "Accepted", "Promised", "Added by reviewers")
    head = "".join(f'<th scope="col" class="n">{name}</th>' for name in names)
    rows = "".join(
        f'<tr><td>{escape(one.name)}</td><td class="n">{one.proposed or ""}</td>'
        f'<td class="n">{_share(one, one.accepted)}</td><td class="n">{_share(one, one.promised)}</td>'
        f'<td class="n">{one.added or ""}</td></tr>'
        for one in codes
    )
    return f'<table><thead><tr><th scope="col">Code</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
