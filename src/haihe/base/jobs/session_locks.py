"""Locks that go with a session of PostgreSQL: whoever holds one is alive, and lets go when its process is killed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def holding(space: int, key: str) -> Iterator[bool]:
    """Hold the lock of this key if nobody else does; yields False where another session holds it.

    `space` tells one kind of thing from another: the first half of PostgreSQL's two-number advisory locks.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [space, key])
        (held,) = cursor.fetchone() or (False,)
    try:
        yield bool(held)
    finally:
        if held:
            _let_go(space, key)


@contextmanager
def one_after_the_other(space: int, key: str) -> Iterator[None]:
    """Wait until nobody else holds the lock of this key, and keep others waiting meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [space, key])
    try:
        yield
    finally:
        _let_go(space, key)


def nobody_holds(space: int, key: str) -> bool:
    """True if no session holds the lock. Call inside a transaction; until its end none can take it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [space, key])
        (free,) = cursor.fetchone() or (False,)
    return bool(free)


def _let_go(space: int, key: str) -> None:
    # After a lost connection the lock went with it.
    if connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [space, key])
