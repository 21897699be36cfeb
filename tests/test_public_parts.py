"""What the public pages are made of: next dates, outlines, the ground, postcodes, clusters of the map."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from register.codes.codebook import read_codebook
from register.errors import ConfigError
from register.localities.ground import read_ground
from register.localities.outlines import read_outlines
from register.localities.postcode_points import PostcodePoints
from register.public.rules import read_plain_words, read_public_rules
from register.store.publishing.public import Listed
from review.public.face import PICTURES_KEPT, Pictures
from review.public.index import ServiceIndex
from review.public.map import TARGET, draw, frame_of
from review.public.next_dates import next_dates, say_time, say_when, weekly_rule

DATA = Path(__file__).parent.parent / "data"
SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("rules", "dates", "expected"),
    [
        (["FREQ=WEEKLY;BYDAY=MO,WE"], [], ["2026-11-23", "2026-11-25", "2026-11-30"]),
        (["FREQ=WEEKLY;BYDAY=SU"], [], ["2026-11-22", "2026-11-29", "2026-12-06"]),
        (["FREQ=MONTHLY;BYDAY=1TH,3TH"], [], ["2026-12-03", "2026-12-17", "2027-01-07"]),
        (["FREQ=MONTHLY;BYDAY=-1MO"], [], ["2026-11-30", "2026-12-28", "2027-01-25"]),
        (["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"], [], []),
        (["FREQ=MONTHLY"], [], []),
        (["FREQ=DAILY"], [], ["2026-11-22", "2026-11-23", "2026-11-24"]),
        ([], ["2026-01-01", "2026-12-24", "no date"], ["2026-12-24"]),
        (["FREQ=MONTHLY;BYDAY=5MO"], [], ["2026-11-30"]),
        (["nonsense", ""], [], []),
    ],
)
def test_next_dates_are_those_that_the_rule_says_for_certain(rules, dates, expected) -> None:
    assert [str(day) for day in next_dates(rules, dates, today=SUNDAY)] == expected


def test_schedules_are_said_in_words() -> None:
    assert weekly_rule(("tue", "thu"), ("weekly",)) == "FREQ=WEEKLY;BYDAY=TU,TH"
    assert weekly_rule(("tue",), ("monthly",)) == ""
    assert say_when(["FREQ=WEEKLY;BYDAY=TU,TH"], ()) == ("Every week on Tuesday and Thursday",)
    assert say_when(["FREQ=WEEKLY;UNTIL=2027"], ("sat",)) == ("Saturday",)
    assert [say_time(time) for time in ("09:00-12:00", "13:05", "00:00")] == ["9am to 12 noon", "1.05pm", "12am"]


def test_a_postcode_and_half_of_one_have_a_place_and_others_none() -> None:
    points = PostcodePoints()
    east, north = points.find("ol1 3lj") or (0, 0)
    assert (east // 1000, north // 1000) == (393, 405)
    half = points.middle("OL1")
    assert half is not None
    assert abs(half[0] - east) < 5000
    unknown = (points.find("ZZ99 4AB"), points.find("nonsense"), points.middle("OL1 3LJ"), points.middle("QQ1"))
    assert unknown == (None, None, None, None)


def test_outlines_come_in_degrees_or_metres_by_name_or_property(tmp_path: Path) -> None:
    folder = tmp_path / "outlines"
    folder.mkdir()
    square = [[[-2.1, 53.5], [-2.0, 53.5], [-2.0, 53.6], [-2.1, 53.5]]]
    (folder / "E08000004.json").write_text(json.dumps({"type": "Polygon", "coordinates": square}))
    metres = {"type": "MultiPolygon", "coordinates": [[[[390000, 400000], [395000, 400000], [395000, 405000]]]]}
    feature = {"type": "Feature", "properties": {"LAD24CD": "E08000001"}, "geometry": metres}
    (folder / "all.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    outlines = read_outlines(tmp_path)
    assert outlines.rings("E08000001")[0][1] == (395000, 400000)
    east, north = outlines.rings("E08000004")[0][0]
    assert (round(east, -3), round(north, -3)) == (393000, 400000)
    assert outlines.rings("E09999999") == ()
    (folder / "bad.json").write_text('{"type": "Point", "coordinates": [0, 0]}')
    with pytest.raises(ConfigError, match=r"bad\.json"):
        read_outlines(tmp_path)


def test_the_ground_is_drawn_coarser_where_more_is_shown() -> None:
    ground = read_ground(DATA)
    near, far = list(ground.squares(385_000, 398_000, 15_000)), list(ground.squares(0, 0, 700_000))
    assert {height for *_, height in near} == {1000}
    assert {height for *_, height in far} == {12_000}
    assert 0 < len(near) < 80
    assert len(far) < 300


def test_dots_do_not_touch_and_every_service_is_in_one() -> None:
    services = [
        Listed(n=n, id=f"tm-{n}", name=f"S{n}", facets=(), points=((390_000 + n * 97 % 7000, 400_000 + n * 61 % 5000),))
        for n in range(300)
    ]
    frame = frame_of([point for one in services for point in one.points])
    assert frame is not None
    picture = draw(services, frame, zoom=str, rings=(), landmarks=(), ground=read_ground(DATA), here=None)
    assert sum(dot.count for dot in picture.dots) == 300
    for dot in picture.dots:
        for other in picture.dots:
            assert dot is other or (dot.x - other.x) ** 2 + (dot.y - other.y) ** 2 >= (2 * TARGET) ** 2 - 1


def test_facets_are_counted_beside_what_is_chosen_of_the_others() -> None:
    rows = (("day:mon", "cost:free"), ("day:mon", "cost:paid"), ("day:tue", "cost:free"))
    index = ServiceIndex([Listed(n=n, id=str(n), name="", facets=f, points=()) for n, f in enumerate(rows, 1)])
    chosen = {"day": ("mon",)}
    assert index.counts("cost", chosen, among=index.everything) == {"free": 1, "paid": 1}
    assert index.counts("day", chosen, among=index.everything) == {"mon": 2, "tue": 1}
    assert [one.n for one in index.members(index.choose({"day": ("mon", "tue"), "cost": ("free",)}, among=7))] == [1, 3]


def test_a_plain_word_for_no_code_and_a_key_twice_are_refused(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "words.csv").write_text("name,words\ntype:food_security,Food\nkind:food,Food\n")
    with pytest.raises(ConfigError, match=r"words\.csv:3"):
        read_plain_words(tmp_path, read_codebook(DATA))
    rules = (DATA / "public" / "rules.toml").read_text()
    (tmp_path / "public" / "rules.toml").write_text(rules.replace('key = "when"', 'key = "closed"'))
    with pytest.raises(ConfigError, match="each key once"):
        read_public_rules(tmp_path)


def test_every_code_of_the_facets_has_plain_words() -> None:
    with (DATA / "public" / "words.csv").open(newline="") as rows:
        named = {row["name"] for row in csv.DictReader(rows)}
    book = read_codebook(DATA)
    assert {code.key for scheme in ("type", "factor", "population") for code in book.scheme(scheme)} <= named


def test_a_map_is_drawn_once_for_each_edition_and_address_and_the_last_are_kept() -> None:
    pictures, drawn = Pictures(), []
    for edition, address in (("a", "/x"), ("a", "/x"), ("b", "/x"), ("b", "/x?day=mon"), ("b", "/x")):
        pictures.of(edition, address, lambda asked=(edition, address): drawn.append(asked))
    assert drawn == [("a", "/x"), ("b", "/x"), ("b", "/x?day=mon")]
    for number in range(PICTURES_KEPT):
        pictures.of("b", f"/{number}", lambda: None)
    pictures.of("b", "/x", lambda: drawn.append(("b", "again")))
    assert drawn[-1] == ("b", "again")
