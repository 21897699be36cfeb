"""What `make run` does: serve the sample site, crawl it, fill the queue, serve the reviewers' application."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flows.commands.review import LOOPBACK  # noqa: E402 (the checkout's own folders come first)
from flows.discovery.discover import discover  # noqa: E402
from flows.progress import BarProgress  # noqa: E402
from flows.settings import Settings  # noqa: E402
from flows.workbench import open_app  # noqa: E402
from register.errors import TidiermapError  # noqa: E402
from review.people.accounts import hash_password, make_password  # noqa: E402
from review.serve import serve as serve_review  # noqa: E402
from sample.serve import serve as serve_site  # noqa: E402

SITE_PORT, REVIEW_PORT = 8765, 8642
REVIEWER = "reviewer"


def main() -> int:
    settings = Settings(register=ROOT / "var" / "sample" / "register.db", data=ROOT / "data")
    try:
        # The site stays up while people review, so that recheck has something to ask.
        with serve_site(port=SITE_PORT) as address:
            print(f"The sample site is at {address}", flush=True)
            fill_queue(settings)
            app = open_app(settings, names=frozenset(LOOPBACK))
            serve_review(app, host="127.0.0.1", port=REVIEW_PORT, on_ready=tell_sign_in(settings))
    except (TidiermapError, OSError) as error:
        print(f"make run: {error}", file=sys.stderr)
        return 2
    return 0


def fill_queue(settings: Settings) -> None:
    began = time.monotonic()
    summary = discover("sample", settings=settings, progress=BarProgress())
    print("\n".join(summary.lines()))
    print(f"The queue was filled in {time.monotonic() - began:.0f} s.\n", flush=True)


def tell_sign_in(settings: Settings) -> Callable[[str], None]:
    """Gives the reviewer a new password; what is returned prints it beside the application's address."""
    password = make_password()
    with settings.open_store() as store:
        store.users.put(REVIEWER, role="reviewer", password_hash=hash_password(password))

    def tell(address: str) -> None:
        print(f"Review it at  {address}\nSign in as    {REVIEWER}   with the password   {password}")
        print("Ctrl-C stops. Meanwhile, in another terminal, with what you accepted:")
        print("  .venv/bin/tidiermap --register var/sample/register.db publish")
        print(f"      (what anybody may read is then at {address.rstrip('/')}/services)")
        print("  .venv/bin/tidiermap --register var/sample/register.db recheck", flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
