"""What one node sends, kept on the centre's disk and in its tables before it is acknowledged."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from haihe.data.exchange.nodes import places
from haihe.data.exchange.nodes.models import TransferState
from haihe.data.exchange.nodes.operations import dispatching, taking
from haihe.data.exchange.nodes.spool import Spool
from haihe.data.exchange.nodes.wire import MOST_PIECES, Frame, Receipt

MOST_BYTES = 3 * 1024**3
"""Of one transfer, sealed."""
_decoder = msgspec.msgpack.Decoder(Frame)
_log = logging.getLogger("haihe.nodes")


class Keeper:
    """The transfers of one node that are under way. Used by one thread at a time."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._spools: dict[UUID, Spool] = {}

    def keep(self, messages: Iterable[bytes], *, now: datetime) -> None:
        """Return when all of it is durable; to be told the same again changes nothing.

        Raises: OSError where the disk is full, the database's errors where that is away; then nothing counts as kept.
        """
        for transfer, frames in self._sorted(messages).items():
            if frames[0][0].kind == "receipt":
                self._note(transfer, frames[0][0], now)
            else:
                self._keep(transfer, frames, now)

    def _sorted(self, messages: Iterable[bytes]) -> dict[UUID, list[tuple[Frame, bytes]]]:
        found: dict[UUID, list[tuple[Frame, bytes]]] = {}
        for data in messages:
            try:
                frame = _decoder.decode(data)
            except msgspec.DecodeError:
                _log.warning("node %s sent something that is no frame of a transfer", self._node)
                continue
            found.setdefault(frame.transfer, []).append((frame, data))
        return found

    def _keep(self, transfer: UUID, frames: list[tuple[Frame, bytes]], now: datetime) -> None:
        spool = self._spools.get(transfer)
        if spool is None:
            if taking.begin(self._node, transfer, now=now) != TransferState.ARRIVING:
                return
            spool = self._spools[transfer] = Spool(places.spool_file(self._node, transfer))
        if any(frame.kind == "abandon" for frame, _ in frames):
            taking.abandon(transfer, now=now)
            self._forget(transfer, spool)
            return
        spool.add([(frame, data) for frame, data in frames if 0 <= frame.number <= MOST_PIECES])
        if spool.size_bytes > MOST_BYTES:
            taking.refuse_too_large(transfer, now=now)
            self._forget(transfer, spool)
        elif spool.is_complete:
            taking.arrive(transfer, now=now)
            del self._spools[transfer]

    def _note(self, dispatch: UUID, frame: Frame, now: datetime) -> None:
        try:
            receipt = msgspec.msgpack.decode(frame.body, type=Receipt)
        except msgspec.DecodeError:
            _log.warning("node %s sent something that is no receipt", self._node)
        else:
            dispatching.note_receipt(self._node, dispatch, receipt, now=now)

    def _forget(self, transfer: UUID, spool: Spool) -> None:
        del self._spools[transfer]
        spool.remove()
