"""What goes wrong in ways that a user can mend: each says what, where, and what was expected."""


class TidiermapError(Exception):
    """Base of all errors whose message is meant for the user; the command line prints it without a trace."""


class ConfigError(TidiermapError):
    """A data file is wrong.

    >>> str(ConfigError("localities/x.toml", "gss_code", "E0", "a GSS code such as E08000036"))
    "localities/x.toml: gss_code: found 'E0', expected a GSS code such as E08000036"
    """

    def __init__(self, where: str, key: str, found: object, expected: str) -> None:
        super().__init__(f"{where}: {key}: found {found!r}, expected {expected}")
        self.where, self.key, self.found, self.expected = where, key, found, expected


class UngroundedError(TidiermapError):
    """A quote does not stand at its offsets in the page's text."""


class StaleRevisionError(TidiermapError):
    """A decision names a revision that is no longer the candidate's latest."""

    def __init__(self, candidate: str, seen: int, latest: int) -> None:
        super().__init__(
            f"candidate {candidate}: the decision is about revision {seen}, expected {latest}: "
            "the page was read again meanwhile; reload it and decide on what it says now"
        )
        self.candidate, self.seen, self.latest = candidate, seen, latest


class BusyError(TidiermapError):
    """Others write to the register for longer than anybody should wait; nothing was written, so try again."""

    def __init__(self) -> None:
        super().__init__(
            "The register is being written to by others, and did not come free. Nothing was saved; try again."
        )


class CrawlError(TidiermapError):
    """The crawl subprocess ended without a usable result."""


class PublishError(TidiermapError):
    """An invariant of the canonical dataset is broken; nothing was published."""


class NotFoundError(TidiermapError):
    """Nothing in the register has this key."""
