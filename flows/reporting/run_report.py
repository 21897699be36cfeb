"""The report of one run as a page without scripts: what it found, what was expected, host by host, with pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from flows.reporting.pictures import timeline
from flows.settings import Settings
from flows.summary import LISTS
from register.counts import worded
from register.hosts import is_web_address
from register.pictures import Bar, bars
from register.store import Store
from register.store.crawling.runs import Finding, FindingKind, Run

REPORTS = "reports"
RUNS_DRAWN = 30
STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --muted: #5b6875; --line: #d5dbe1; --paper: #ffffff;
  --good: #2f7d5b; --new: #2563a8; --changed: #a86a12; --failed: #b3362b; --rest: #c9d1d9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --muted: #9aa7b4; --line: #36414c; --paper: #14191f;
  --good: #58b48a; --new: #6aa5e8; --changed: #dba44e; --failed: #ef7a6d; --rest: #46525e; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { font-weight: 600; } .quarantined, .failed { color: var(--failed); } .healthy { color: var(--good); }
.reason { border-left: 4px solid currentColor; padding: .25rem .75rem; margin: 1rem 0; }
.muted { color: var(--muted); } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; } td.n, th.n { text-align: right; white-space: nowrap; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .muted { fill: var(--muted); } .good { fill: var(--good); } .new { fill: var(--new); } .rest { fill: var(--rest); }
.changed { fill: var(--changed); } .bad { fill: var(--failed); } .axis { stroke: var(--line); }
.expected { fill: var(--muted); opacity: .25; } ul { padding-left: 1.2rem; } li { overflow-wrap: anywhere; }
"""


def write_report(run_id: str, *, settings: Settings) -> Path:
    """Writes `reports/RUN.html` beside the register; gives its path. Raises NotFoundError for an unknown run."""
    with settings.open_store() as store:
        page = render_report(store.runs.get(run_id), store)
    folder = settings.register.parent / REPORTS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run_id}.html"
    path.write_text(page, encoding="utf-8")
    return path


def render_report(run: Run, store: Store) -> str:
    """The whole page. Names and addresses come from hostile pages: all of them are escaped, and only web addresses
    become links."""
    title = f"{run.kind} {run.locality}, {run.started_at:%d %B %Y}"
    reason = f'<p class="reason {run.verdict}">{escape(run.message)}</p>' if run.message else ""
    took = f", {(run.finished_at - run.started_at).total_seconds():.0f} s" if run.finished_at else ""
    counts = "".join(f"<li><strong>{number:,}</strong> {escape(words)}</li>" for number, words in worded(run.counts))
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p><span class="verdict {run.verdict}">{run.verdict}</span> <span class="muted">{escape(run.finish_reason)}, '
        f"begun {run.started_at:%Y-%m-%d %H:%M} UTC{took}, run {escape(run.id)}</span></p>",
        reason,
        _pages(run),
        f"<h2>In numbers</h2><ul>{counts}</ul>",
        _history(run, store),
        _hosts(run, store),
        _causes(run, store),
        *_lists(run, store),
    ]
    return as_page(title, parts)


def as_page(title: str, parts: Sequence[str]) -> str:
    """A page of these parts, in the style of all reports; it runs and loads nothing."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html><html lang="en"><head>{head}{policy}<style>{STYLE}</style></head><body>{body}</body></html>\n'
    )


def outcomes(run: Run) -> tuple[Bar, ...]:
    """The pages of a run by what became of them."""
    count = run.counts.get
    same = count("pages", 0) - count("new_pages", 0) - count("changed_pages", 0)
    return (
        Bar(label="the same words", number=max(0, same), look="good"),
        Bar(label="new", number=count("new_pages", 0), look="new"),
        Bar(label="changed", number=count("changed_pages", 0), look="changed"),
        Bar(label="not due", number=count("untouched", 0), look="rest"),
        Bar(label="no page", number=count("failed_pages", 0), look="bad"),
    )


def _pages(run: Run) -> str:
    return f"<h2>Pages by outcome</h2>{bars(outcomes(run), title='Pages of this run by outcome')}"


def _history(run: Run, store: Store) -> str:
    """The pages found over time, with the range that was expected of this run."""
    runs = [
        one
        for one in store.runs.latest(RUNS_DRAWN, kind=run.kind, locality=run.locality)
        if one.started_at <= run.started_at and "found" in one.counts
    ]
    if not runs:
        return ""
    least, usual = run.counts.get("expected_pages", 0), run.counts.get("usual_pages", 0)
    told = f"Found {run.counts.get('found', 0):,} pages; expected at least {least:,}"
    told += f", {usual:,} are usual." if usual else "."
    services = run.counts.get("expected_services", 0)
    told += f" Found {run.counts.get('found_services', 0):,} services" + (
        f"; expected at least {services:,}." if services else "."
    )
    drawn = timeline([(one, outcomes(one)) for one in reversed(runs)], least=least)
    return f"<h2>Found and expected, run by run</h2>{drawn}<p>{told}</p>"


def _hosts(run: Run, store: Store) -> str:
    hosts = store.runs.hosts(run.id)
    if not hosts:
        return ""
    rows = []
    for one in sorted(hosts, key=lambda host: (not host.doubt, -host.pages, host.host)):
        share = f"{one.service_pages / one.pages:.0%}" if one.pages else "–"
        ended = f'<span class="quarantined">{escape(one.doubt)}</span>' if one.doubt else escape(one.ended)
        numbers = (f"{one.pages:,}", share, f"{one.services:,}", f"{one.failed:,} of {one.known:,}")
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
        rows.append(f"<tr><td>{escape(one.host)}</td>{cells}<td>{escape(one.cause)}</td><td>{ended}</td></tr>")
    head = '<th>Host</th><th class="n">Pages</th><th class="n">With a service</th><th class="n">Services</th>'
    head += '<th class="n">Known pages failed</th><th>Cause</th><th>Why it ended</th>'
    return f"<h2>Hosts</h2><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _causes(run: Run, store: Store) -> str:
    causes = Counter(issue.kind for issue in store.runs.issues(run.id) if issue.no_page)
    if not causes:
        return ""
    told = tuple(Bar(label=cause, number=number, look="bad") for cause, number in causes.most_common())
    return f"<h2>Why addresses gave no page</h2>{bars(told, title='Failures by cause')}"


def _lists(run: Run, store: Store) -> list[str]:
    findings = store.runs.findings(run.id)
    parts = []
    for kind, _, words in LISTS:
        found = [finding for finding in findings if finding.kind == kind]
        if found:
            page = kind in (FindingKind.NEW_PAGE, FindingKind.CHANGED_PAGE, FindingKind.GONE_PAGE)
            items = [
                f"{_link(one.went_to or one.url, one.name or one.url)}{'' if page else _where(one)}" for one in found
            ]
            parts.append(_list(words.capitalize(), items))
    for head, no_page in (("Addresses that gave no page", True), ("For a person to look at", False)):
        if issues := [issue for issue in store.runs.issues(run.id) if issue.no_page is no_page]:
            items = [f"<strong>{escape(i.kind)}</strong> {_link(i.url, i.url)} {_muted(i.message)}" for i in issues]
            parts.append(_list(head, items))
    return parts


def _list(head: str, items: Sequence[str]) -> str:
    return f"<h2>{escape(head)} ({len(items):,})</h2><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _where(finding: Finding) -> str:
    """Where it stood, and where it stands now."""
    if finding.went_to in ("", finding.url):
        return _muted(finding.url)
    return _muted(f"{finding.url} → {finding.went_to}")


def _muted(text: str) -> str:
    return f' <span class="muted">{escape(text)}</span>'


def _link(url: str, words: str) -> str:
    if not is_web_address(url):
        return escape(words)
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(words)}</a>'
