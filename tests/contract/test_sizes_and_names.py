"""Files stay small enough to be read at a sitting, and none is a drawer for everything."""

from pathlib import Path

import pytest

from tests.contract.tracked_files import tracked

LIMITS = ((".html", 200), (".py", 500), (".js", 500), (".css", 600))
TEST_LIMIT = 600
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "extras", "stuff"}


def _limit(path: Path) -> int | None:
    if "migrations" in path.parts:
        return None
    if path.suffix == ".py" and ("tests" in path.parts or path.name == "conftest.py"):
        return TEST_LIMIT
    return dict(LIMITS).get(path.suffix)


def test_no_file_has_outgrown_its_room() -> None:
    grown = []
    for path in tracked():
        limit = _limit(path)
        if limit is not None and (lines := len(path.read_bytes().splitlines())) > limit:
            grown.append(f"{path}: {lines} lines, limit {limit}")
    assert grown == []


def test_no_module_is_a_drawer() -> None:
    assert [path for path in tracked() if path.suffix == ".py" and {path.stem, *path.parts} & DRAWERS] == []


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("src/haihe/web/views.py", 500),
        ("src/haihe/web/tests/test_views.py", 600),
        ("src/haihe/web/templates/page.html", 200),
        ("src/haihe/base/ledger/migrations/0001_initial.py", None),
        ("requirements.lock", None),
    ],
)
def test_each_kind_has_its_limit(path: str, limit: int | None) -> None:
    assert _limit(Path(path)) == limit
