"""Serves the public pages over a few published services in a process: `python -m tests.serve_public FOLDER`.

A form may be sent as soon as it is open: how long that has to take is tested by the hand's clock.
"""

import sys
from dataclasses import replace
from pathlib import Path

from register.store import utc_now
from review.app import create_app
from review.people.accounts import hash_password
from review.serve import serve
from tests.public import PublicDesk
from tests.test_public_pages import put_out

PASSWORD = "three wet boots"

if __name__ == "__main__":
    desk = put_out(PublicDesk(Path(sys.argv[1]), clock=utc_now))
    with desk.store() as store:
        store.users.put("ada", role="reviewer", password_hash=hash_password(PASSWORD))
    face = desk.settings.public
    reports = face.rules.reports.model_copy(update={"least_seconds": 0})
    face = replace(face, rules=face.rules.model_copy(update={"reports": reports}))
    serve(create_app(replace(desk.settings, public=face)), port=0, on_ready=lambda address: print(address, flush=True))  # noqa: T201 (to the test)
