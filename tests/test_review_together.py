"""Eight reviewers at once over HTTP, two servers on one register, and kills in between: the benchmark in small."""

from pathlib import Path

from benchmarks.review_together import figures
from benchmarks.together_count import Line, served_twice


def test_nothing_is_served_twice_lost_or_overwritten_and_the_log_gives_it_again(tmp_path: Path) -> None:
    found = {figure.name: figure for figure in figures(tmp_path, tmp_path / "run", reviewers=8, each=8, kills=3)}
    rate = found.pop("together.decisions_a_second")
    assert rate.value > 0
    assert [str(figure) for figure in found.values() if not figure.ok] == []


def line(at: float, who: str, what: str) -> Line:
    return Line(at=at, who=who, what=what, key="shed")


def test_the_count_itself_sees_what_is_served_twice() -> None:
    ada, bo, given = line(0, "ada", "given"), line(9, "bo", "given"), line(5, "ada", "skipped")
    assert served_twice([ada, bo]) == {"shed"}
    assert served_twice([ada, given, bo]) == set()
    assert served_twice([ada, line(61, "bo", "given")]) == set(), "the lease had ended"
    decided = [ada, line(1, "ada", "deciding"), line(2, "ada", "decided approve")]
    assert served_twice([*decided, bo]) == {"shed"}
    assert served_twice([*decided, line(3, "ada", "given")]) == {"shed"}
