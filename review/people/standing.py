"""What may change about a user, as the audit log keeps it: in the workbench and at the command line the same."""

from __future__ import annotations

from register.serial import canonical
from register.store import Store


def standing(store: Store, name: str) -> str:
    """Role, whether disabled, and localities, as JSON; raises NotFoundError where there is no such user."""
    user = store.users.get(name)
    localities = list(store.assignments.of(name))
    return canonical({"role": user.role, "disabled": user.disabled_at is not None, "localities": localities})
