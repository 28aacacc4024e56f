"""What waits for the end of the code before takes along whatever depends on it, and nothing else."""

from typing import cast

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph

from haihe.launch import upgrade
from haihe.launch.upgrade import AFTER, Steps, steps


class _Loader:
    def __init__(self, graph: MigrationGraph) -> None:
        self.graph = graph


class _Executor:
    """As much of an executor as is asked for its plan."""

    def __init__(self, *migrations: Migration) -> None:
        graph = MigrationGraph()
        for one in migrations:
            graph.add_node((one.app_label, one.name), one)
        for one in migrations:
            for parent in one.dependencies:
                graph.add_dependency(one, (one.app_label, one.name), parent)
        self.loader = _Loader(graph)
        self._plan = [(one, False) for one in migrations]

    def migration_plan(self, _targets: object) -> list[tuple[Migration, bool]]:
        return self._plan


def migration(app: str, name: str, *parents: tuple[str, str], phase: str | None = None) -> Migration:
    made = Migration(name, app)
    made.dependencies = list(parents)  # type: ignore[misc]  # Django copies it for each instance
    if phase is not None:
        made.phase = phase  # type: ignore[attr-defined]  # what a migration's class says of itself
    return made


def sorted_names(*migrations: Migration) -> tuple[list[str], list[str]]:
    found: Steps = steps(cast("MigrationExecutor", _Executor(*migrations)))
    return [one.name for one in found.before], [one.name for one in found.after]


def test_what_only_adds_comes_before() -> None:
    assert sorted_names(migration("a", "1"), migration("a", "2", ("a", "1"))) == (["1", "2"], [])


def test_what_drops_comes_after_with_all_that_needs_it() -> None:
    first, drops = migration("a", "1"), migration("a", "2", ("a", "1"), phase=AFTER)
    needs, far = migration("a", "3", ("a", "2")), migration("b", "1", ("a", "3"))
    other = migration("c", "1", ("a", "1"))
    assert sorted_names(first, drops, needs, far, other) == (["1", "1"], ["2", "3", "1"])


@pytest.mark.django_db
def test_a_database_of_this_code_lacks_nothing() -> None:
    assert upgrade.pending() == Steps((), ())
    assert MigrationExecutor(connection).loader.graph.leaf_nodes()
