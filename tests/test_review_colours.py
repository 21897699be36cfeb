"""The colours of evidence: each TIDieR item its own, legible, told apart by people who see colours otherwise."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from register.codes.vocabulary import TIDIER_ITEMS

STATIC = Path(__file__).parent.parent / "review" / "static"
RULE = re.compile(r'\[data-field="tidier\.(\w+)"\] \{ --ink: (#\w{6}); --wash: (#\w{6}); \}')
LEGIBLE = 4.5  # the contrast that WCAG 2.2 asks of text
TEXT, GROUND = "#1d2529", "#ffffff"


def colours() -> dict[str, tuple[str, str]]:
    """The ink and the wash of each TIDieR item."""
    css = (STATIC / "colours.css").read_text()
    return {item: (ink, wash) for item, ink, wash in RULE.findall(css)}


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as light (linear, 0-1)."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    lights = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels(x), strict=True)) for x in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_each_item_has_a_colour_of_its_own_in_which_text_is_legible() -> None:
    assert set(colours()) == set(TIDIER_ITEMS)
    for index in (0, 1):
        assert len({pair[index] for pair in colours().values()}) == len(TIDIER_ITEMS)
    for item, (ink, wash) in colours().items():
        assert contrast(TEXT, wash) >= LEGIBLE, item
        assert contrast(ink, GROUND) >= LEGIBLE, f"{item}: its number stands in white on its ink"


# How much of each light reaches the eye of somebody without red, green or blue cones (Machado et al. 2009, severity 1).
CONES = {
    "without red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "without green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "without blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, cones: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """CIELAB of a colour as such an eye sees it."""
    light = [max(0.0, sum(w * c for w, c in zip(row, channels(colour), strict=True))) for row in cones]
    xyz = (
        (0.4124 * light[0] + 0.3576 * light[1] + 0.1805 * light[2]) / 0.9505,
        0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2],
        (0.0193 * light[0] + 0.1192 * light[1] + 0.9505 * light[2]) / 1.089,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


PLAIN = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
NOTICED = 2.3  # the smallest distance in CIELAB that most people notice


@pytest.mark.parametrize("eye", ["as most see", *CONES])
def test_no_two_items_look_the_same_to_any_eye(eye: str) -> None:
    cones = CONES.get(eye, PLAIN)
    for (one, (ink, wash)), (other, (ink2, wash2)) in combinations(colours().items(), 2):
        apart = max(
            sum((a - b) ** 2 for a, b in zip(seen(c, cones), seen(d, cones), strict=True)) ** 0.5
            for c, d in ((ink, ink2), (wash, wash2))
        )
        assert apart >= NOTICED, (one, other, apart)


def test_no_quote_is_told_by_its_colour_alone() -> None:
    css = (STATIC / "marks.css").read_text()
    signs = dict(re.findall(r'mark\[data-field\^?="([\w.]+)"\] \{ --sign: "(\w+)"; \}', css))
    assert signs == {f"tidier.{item}": str(number) for number, item in enumerate(TIDIER_ITEMS, 1)} | {
        "fact.": "F",
        "code.": "C",
        "eligibility.": "E",
        "rule.": "R",
    }
