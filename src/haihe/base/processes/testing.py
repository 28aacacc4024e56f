"""For tests: programs and ears for a while."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from haihe.base.processes import programs


@contextmanager
def standing_in(
    *, does: Mapping[str, programs.Program] | None = None, hears: Mapping[str, programs.Ear] | None = None
) -> Iterator[None]:
    """Have these programs and ears known within the block, and no others."""
    kept = dict(programs._PROGRAMS), dict(programs._EARS)
    _become(programs._PROGRAMS, does or {})
    _become(programs._EARS, hears or {})
    try:
        yield
    finally:
        _become(programs._PROGRAMS, kept[0])
        _become(programs._EARS, kept[1])


def _become[T](known: dict[str, T], other: Mapping[str, T]) -> None:
    known.clear()
    known.update(other)
