"""A register as it is before anything is in it: made once, copied wherever a test needs one."""

import tempfile
from functools import cache
from pathlib import Path

from register.store import Store, utc_now


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.db"
        with Store(path, clock=utc_now) as store:
            store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


def lay_register(path: Path) -> Path:
    """The path, at which an empty register lies unless one did."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty())
    return path
