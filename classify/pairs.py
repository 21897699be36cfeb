"""What the model knows of a service and one code together: a few figures that mean the same for every code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classify.features import ServiceFeatures
from register.codes.vocabulary import SCHEMES

Array = NDArray[np.float64]

# The code of a scheme that means "none of the others": never shown beside another one.
NONE_OF_THE_OTHERS = {"type": "other", "population": "general"}
STRONGEST = 2.5  # beyond this a cue's strength says no more

PAIR_FEATURES = (
    "bias",
    "cue",
    "cue_in_name",
    "cue_lines",
    "cue_early",
    "cue_taken_back",
    "cue_is_best",
    "cue_over_next",
    "cue_among_others",
    "others_without_cue",
    "default",
    "default_has_others",
    "default_others_strength",
    "default_cue",
    *(f"{scheme}_cue" for scheme in SCHEMES),
    *(f"{scheme}_bias" for scheme in SCHEMES),
    *(f"{scheme}_cue_under_best" for scheme in SCHEMES),
    "words",
    "words_with_cue",
    "outside",
    "outside_with_cue",
    *(f"{scheme}_beside_no_type" for scheme in SCHEMES),
)


def is_default(key: str) -> bool:
    scheme, code = key.split(":")
    return NONE_OF_THE_OTHERS.get(scheme) == code


def pair_features(features: ServiceFeatures, codes: Sequence[str], leaning: Array, outside: Array) -> Array:
    """One row for each code, one column for each of PAIR_FEATURES; `leaning` is what words and cues together say as
    labelled services taught them, `outside` the same as weakly labelled texts did."""
    default, common, schemes, of_scheme, members = _layout(tuple(codes))
    strength, named, lines, early, taken_back = _stands(features, codes)
    hit = (strength > 0).astype(float)
    best, others = _rivals(strength * common, members)
    ahead = np.clip(best - strength, -2, 2)
    no_type = min(features.cue(f"type:{NONE_OF_THE_OTHERS['type']}").strength, STRONGEST)
    columns = [
        np.ones(len(codes)),
        hit,
        named,
        np.log1p(lines),
        hit * early,
        taken_back,
        hit * (strength >= best),
        hit * ahead,
        hit * np.log1p(others),
        (1 - hit) * common * np.log1p(others),
        default,
        default * (best > 0),
        default * np.minimum(best, 3),
        default * hit,
        *(schemes * hit),
        *of_scheme,
        *(schemes * (hit * ahead)),
        leaning,
        leaning * hit,
        outside,
        outside * hit,
        # What a hospital or a Sunday service names besides is seldom its aim.
        *(
            member * no_type * (hit if scheme == "type" else 1)
            for scheme, member in zip(SCHEMES, of_scheme, strict=True)
        ),
    ]
    return np.concatenate(columns).reshape(len(PAIR_FEATURES), -1).T


def _stands(features: ServiceFeatures, codes: Sequence[str]) -> Array:
    """Rows for how each code's cue stands: its strength, and whether in the name, in how many lines, whether early and
    taken back. Few codes have one."""
    stands = np.zeros((5, len(codes)))
    places = _places(tuple(codes))
    for key, c in features.cues.items():
        if key in places:
            stands[:, places[key]] = (c.strength, c.in_name, c.lines, c.early, c.taken_back > 0)
    return stands


@lru_cache(maxsize=8)
def _places(codes: tuple[str, ...]) -> dict[str, int]:
    return {key: place for place, key in enumerate(codes)}


@lru_cache(maxsize=8)
def _layout(codes: tuple[str, ...]) -> tuple[Array, Array, Array, Array, list[NDArray[np.intp]]]:
    """Which codes are defaults, which are not, which belong to each scheme (a row each), and which of these are not
    defaults: 1 where so; and the places of the codes of each scheme."""
    default = np.array([is_default(key) for key in codes], dtype=float)
    schemes = np.array([[key.startswith(f"{scheme}:") for key in codes] for scheme in SCHEMES], dtype=float)
    return default, 1 - default, schemes, schemes * (1 - default), [np.flatnonzero(member) for member in schemes]


def _rivals(strength: Array, members: list[NDArray[np.intp]]) -> tuple[Array, Array]:
    """For each code the strength of the best other code of its scheme, and how many others have a cue."""
    best, others = np.zeros_like(strength), np.zeros_like(strength)
    for places in members:
        own = strength[places]
        if len(places) < 2 or not own.any():
            continue
        second, first = sorted(own.tolist())[-2:]
        best[places] = np.where(own == first, second, first)
        others[places] = (own > 0).sum() - (own > 0)
    return best, others
