"""The HTML of services and of lists of them, put together by hand: a large report has millions of these lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from register.hosts import is_web_address
from register.report.escaping import safe
from register.report.records import MappedRecord
from register.report.shelf import ListPage, Stretch
from register.report.survey import Survey

NETS_SAID = {
    (True, True): "wide net, strict net",
    (True, False): "wide net",
    (False, True): "strict net",
    (False, False): "in neither net",
}


class Describer:
    """Describes services; what the same codes read as is put together once."""

    def __init__(self, survey: Survey) -> None:
        self._axes, self._public = tuple(survey.axes.values()), safe(survey.public)
        self._said: dict[tuple[str, tuple[str, ...]], str] = {}

    def describe(self, records: Sequence[MappedRecord]) -> Markup:
        """An article for each service, by which lists and numbers find it; of sections two must not have one name."""
        return Markup("".join(self._entry(n, record) for n, record in enumerate(records, 1)))  # noqa: S704 (escaped below)

    def _entry(self, n: int, record: MappedRecord) -> str:
        away = " · of elsewhere or national, not counted" if record.is_away else ""
        read, changed, verified = (day.date() for day in (record.fetched_at, record.changed_at, record.verified_at))
        return (
            f'<article id="{record.id}" aria-labelledby="h-{n}">\n<h2 id="h-{n}">{safe(record.name)}</h2>\n'
            f"<p>{self._read_on(record)} · read {read}, changed {changed}, verified {verified}{away}</p>\n<dl>\n"
            f"{''.join(self._codes(record))}<dt>Eligible</dt><dd>{NETS_SAID[record.wide, record.strict]}</dd>\n"
            f"<dt>TIDieR items reported</dt><dd>{record.items_reported} of 12</dd>\n</dl>\n</article>\n"
        )

    def _read_on(self, record: MappedRecord) -> str:
        told = "Told by people, not on a website"
        if is_web_address(record.page_url):
            told = f'<a href="{safe(record.page_url)}" rel="noreferrer">The page that it was read on</a>'
        if self._public:
            told += f' · <a href="{self._public}/services/{record.id}">Its public page</a>'
        return told

    def _codes(self, record: MappedRecord) -> Iterator[str]:
        for axis in self._axes:
            if codes := record.told(axis.field):
                said = self._said.get((axis.key, codes))
                if said is None:
                    words = safe("; ".join(axis.label(code) for code in codes))
                    said = f"<dt>{safe(axis.title)}</dt><dd>{words}</dd>\n"
                    self._said[axis.key, codes] = said
                yield said


def write_lists(page: ListPage) -> Markup:
    """The lists that stand on a page, each a section with its anchor."""
    told = "".join(_stretch(n, stretch) for n, stretch in enumerate(page.stretches, 1))
    return Markup(told)  # noqa: S704 (each entry is escaped where it is made)


def _stretch(n: int, stretch: Stretch) -> str:
    anchor = "" if stretch.continued else f' id="{stretch.anchor}"'
    title = f"{safe(stretch.title)}: {stretch.number:,}{', continued' if stretch.continued else ''}"
    parts = [f'<section{anchor} aria-labelledby="h-{n}">\n<h2 id="h-{n}">{title}</h2>\n']
    for group in stretch.groups:
        heading = f"<h3>{safe(group.title)}</h3>\n" if group.title else ""
        parts.append(f"{heading}<ul>\n" + "\n".join(group.entries) + "\n</ul>\n")
    return "".join([*parts, "</section>\n"])
