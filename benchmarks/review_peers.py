"""Orders in which ASReview's default model asks for texts, as JSON; review_queue runs it in an environment of its own.

Standard input: JSON with `texts`, `labels`, `seeds`. As in ASReview's own simulations one relevant and one irrelevant
text, drawn by the seed, are known at the start; then it learns anew from each answer.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd


def main() -> int:
    from asreview.learner import ActiveLearningCycle
    from asreview.models.models import get_ai_config

    given = json.load(sys.stdin)
    labels = np.array(given["labels"], dtype=int)
    config = get_ai_config()
    cycle = ActiveLearningCycle.from_meta(config["value"])
    matrix = cycle.transform(pd.DataFrame({"title": given["texts"], "abstract": [""] * len(labels)}))
    orders = []
    for seed in given["seeds"]:
        chance = np.random.default_rng(seed)
        order = [int(chance.choice(np.flatnonzero(labels == value))) for value in (1, 0)]
        while len(order) < len(labels):
            cycle.fit(matrix[order], labels[order])
            left = np.setdiff1d(np.arange(len(labels)), order)
            order.append(int(left[np.asarray(cycle.rank(matrix[left]))[0]]))
            if labels[order].sum() == labels.sum():  # nothing that is left can count any more
                order += [int(n) for n in np.setdiff1d(np.arange(len(labels)), order)]
        orders.append(order)
    print(json.dumps({"orders": orders, "model": f"ASReview {version('asreview')}, {config['label']}"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
