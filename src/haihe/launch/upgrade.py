"""Bring a database to this code in two steps, so that the code before serves on between them.

Before the new code runs anywhere, what only adds is applied: the code before doesn't notice it. After the last program
of the code before has ended, the rest: what it still read or wrote is dropped. A migration of the second kind says
`phase = AFTER` in its class; whatever depends on it waits with it. Who stops for an upgrade needs no steps.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

AFTER: Final = "after"


@dataclass(frozen=True, slots=True)
class Steps:
    """What is still to be applied, in order: with the code before running, and after its end."""

    before: tuple[Migration, ...]
    after: tuple[Migration, ...]


def steps(executor: MigrationExecutor) -> Steps:
    """Sort what this code's migrations lack in the database."""
    graph, before, after = executor.loader.graph, list[Migration](), dict[tuple[str, str], Migration]()
    for migration, _backwards in executor.migration_plan(graph.leaf_nodes()):
        key = (migration.app_label, migration.name)
        parents = {parent.key for parent in graph.node_map[key].parents}
        if getattr(migration, "phase", None) == AFTER or not parents.isdisjoint(after):
            after[key] = migration
        else:
            before.append(migration)
    return Steps(tuple(before), tuple(after.values()))


def pending() -> Steps:
    """Return what the database lacks."""
    return steps(MigrationExecutor(connection))


def apply_before() -> Steps:
    """Apply what the code before doesn't notice; return what was there to do."""
    executor = MigrationExecutor(connection)
    found = steps(executor)
    executor.migrate(None, plan=[(migration, False) for migration in found.before])
    return found


def apply_after() -> Steps:
    """Apply all that is left; return what was there to do. The code before must have ended."""
    executor = MigrationExecutor(connection)
    found = steps(executor)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return found
