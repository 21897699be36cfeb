"""What is hidden from an import is hidden from no other thread, and no longer than that import lasts."""

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import pytest

from register.database import _without

UNUSED = "colorsys"  # of the standard library, and loaded by nothing here


@pytest.fixture(autouse=True)
def _not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, UNUSED, raising=False)


def test_another_thread_finds_what_is_hidden_here() -> None:
    before = list(sys.meta_path)
    with _without(UNUSED), ThreadPoolExecutor(1) as other:
        with pytest.raises(ImportError):
            import_module(UNUSED)
        assert other.submit(import_module, UNUSED).result().__name__ == UNUSED
    assert sys.meta_path == before


def test_what_was_hidden_is_found_afterwards() -> None:
    with pytest.raises(ImportError), _without(UNUSED):
        import_module(UNUSED)
    assert import_module(UNUSED).__name__ == UNUSED
