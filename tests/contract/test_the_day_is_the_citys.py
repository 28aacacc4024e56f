"""A day is the city's, and asked for when it is needed: its midnight is 16:00 UTC, and a run of tests may last over it.

`timezone.localdate()` tells it, and `timezone.localdate(moment)` a moment's; where Django is not, `kernel.clocks` does.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.tracked_files import tracked

CLOCKS = {"now", "today", "utcnow", "localdate", "localtime", "time"}
"""What tells the time of now where it is told no moment."""
MOMENTS = {"now", "as_of", "clock"}


def faults(source: str, *, is_test: bool) -> list[str]:
    """Return what is wrong in a module, with its lines."""
    tree = ast.parse(source)
    found = [(line, "kept from import") for line in _kept_from_import(tree)]
    found += [(line, "a day of UTC") for line in _days_of_utc(tree, is_test=is_test)]
    return [f"{line}: {what}" for line, what in sorted(found)]


def _kept_from_import(tree: ast.Module) -> Iterator[int]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            yield from (call.lineno for call in _at_once(statement.value) if _tells_now(call))


def _at_once(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that are made where it stands, not later."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _at_once(child)


def _tells_now(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in CLOCKS:
        return False
    # datetime.now and its kin take a time zone; localdate and localtime a moment, and time() of a datetime's nothing.
    if call.func.attr in ("localdate", "localtime"):
        return not call.args
    return call.func.attr != "time" or ast.unparse(call.func) == "time.time"


def _days_of_utc(tree: ast.Module, *, is_test: bool) -> Iterator[int]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or node.args or not isinstance(node.func, ast.Attribute):
            continue
        whose = node.func.value
        if node.func.attr == "date" and (_is_now(whose) or (not is_test and _is_moment(whose))):
            yield node.lineno


def _is_now(node: ast.AST) -> bool:
    """Say whether it is the moment of now in UTC; with a time zone of its own it says whose day is meant."""
    return isinstance(node, ast.Call) and ast.unparse(node) in (
        *("timezone.now()", "datetime.now(UTC)", "datetime.now()", "self._clock()", "self.clock()", "clock()"),
    )


def _is_moment(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in MOMENTS or name.endswith("_at")


def _modules() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]


def test_no_module_keeps_a_day_from_its_import_or_takes_that_of_utc() -> None:
    found = {}
    for path in _modules():
        is_test = "tests" in path.parts or path.name.startswith("testing")
        if told := faults(path.read_text(encoding="utf-8"), is_test=is_test):
            found[str(path)] = told
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "NOW = timezone.now()",
        "TODAY: date = timezone.localdate()",
        "CLAIMS = {'exp': int(time.time()) + 600}",
        "FIRST = datetime.now(UTC) - timedelta(hours=1)",
        "def f(now): return now.date()",
        "def f(row): return row.made_at.date()",
        "def f(): return timezone.now().date()",
    ],
)
def test_it_sees(line: str) -> None:
    assert faults(line, is_test=False)


@pytest.mark.parametrize(
    "line",
    [
        "TODAY = timezone.localdate(NOW)",
        "clock = lambda: datetime.now(UTC)",
        "def f(now): return timezone.localdate(now)",
        "def f(at): return at.astimezone(CHINA_TIME).date()",
        "NIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)",
    ],
)
def test_it_lets_pass(line: str) -> None:
    assert not faults(line, is_test=False)
