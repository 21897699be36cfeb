"""Serves the public pages over a few published services in a process: `python -m tests.serve_public FOLDER`."""

import sys
from pathlib import Path

from register.store import utc_now
from review.accounts import hash_password
from review.app import create_app
from review.serve import serve
from tests.public import PublicDesk
from tests.test_public_pages import put_out

PASSWORD = "three wet boots"

if __name__ == "__main__":
    desk = put_out(PublicDesk(Path(sys.argv[1]), clock=utc_now))
    with desk.store() as store:
        store.users.put("ada", role="reviewer", password_hash=hash_password(PASSWORD))
    serve(create_app(desk.settings), port=0, on_ready=lambda address: print(address, flush=True))  # noqa: T201 (to the test)
