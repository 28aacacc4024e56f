"""Processing a failed run's file once more, without asking its owner to upload it again."""

import io
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.base.keys.api import keyring
from haihe.data.exchange import places
from haihe.data.exchange.models import RunState
from haihe.data.exchange.operations.receive import receive_file
from haihe.data.exchange.queries import visible_runs
from haihe.data.exchange.received import open_sealed
from haihe.data.exchange.records import FeedRunInfo


class NothingToRerun(Exception):
    """The run didn't fail, or its file is gone."""


def rerun(actor: Actor, run_id: UUID, *, now: datetime) -> FeedRunInfo:
    """Start a new run with the file of a failed one. Raises: NotPermitted, NothingToRerun, what receive_file raises."""
    run = visible_runs(actor).filter(pk=run_id).first()
    if run is None:
        raise NotPermitted("no such run")
    require(actor, Role.STEWARD, organisation=run.owner)
    file = places.received_file(run)
    if run.state != RunState.FAILED or run.comes_again or not file.exists():
        raise NothingToRerun
    pieces = open_sealed(file, keyring=keyring(), context=f"feed:{run.id}")
    content = io.BufferedReader(_Pieces(pieces()))
    again = receive_file(actor, run.resource, run.filename, content, now=now, as_of=run.as_of, mode=run.mode)
    file.unlink(missing_ok=True)
    return again


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a file to read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # only what BufferedReader passes
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
