"""Files on their way to nodes: into the node's own store, frame by frame, each acknowledged by that store."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from haihe.base.keys.api import keyring
from haihe.data.exchange.nodes import places
from haihe.data.exchange.nodes.bridge.link import Link, NotAnswered
from haihe.data.exchange.nodes.models import Dispatch
from haihe.data.exchange.nodes.operations.dispatching import context_of
from haihe.data.exchange.nodes.wire import Address, Frame, Signed, encode
from haihe.data.exchange.received import open_sealed
from haihe.kernel import node_subjects as subjects
from haihe.kernel.sealed_pieces import Sealer

_STORED_WITHIN_S = 10.0
_PART_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Push:
    """One file for one node. To push it again gives the same frames, which the node's store knows by their numbers."""

    dispatch: Dispatch
    recipient: bytes

    def frames(self) -> Iterator[Frame]:
        """Give the file's frames, sealed to the node. Raises: KeyringError, OSError."""
        row, number = self.dispatch, 0
        sealer = Sealer.to(self.recipient, own=keyring().derived(f"dispatch {row.pk}"))

        def frame(kind: str, plain: bytes, key: bytes = b"") -> Frame:
            nonlocal number
            context = f"{row.pk}:{kind}"
            made = Frame(kind, row.pk, number, sealer.seal(plain, number=number, context=context), key)  # type: ignore[arg-type]  # kind is one of a Frame's
            number += 1
            return made

        slip = msgspec.msgpack.decode(bytes(row.slip), type=Signed) if row.slip else None
        yield frame("begin", encode(Address(row.filename, row.target, row.size_bytes, row.sha256, slip)), sealer.key)
        for piece in open_sealed(places.dispatch_file(row.pk), keyring=keyring(), context=context_of(row.pk))():
            for start in range(0, len(piece), _PART_BYTES):
                yield frame("piece", piece[start : start + _PART_BYTES])
        yield frame("end", b"")


async def store(link: Link, node: str, frame: Frame) -> None:
    """Put one frame into the node's store. Raises: NotAnswered, where that can't be reached or takes nothing."""
    subject = subjects.down(node, str(frame.transfer))
    message_id = f"{frame.transfer}:{frame.number if frame.kind != 'abandon' else frame.kind}"
    answer = await link.request(subject, encode(frame), timeout_s=_STORED_WITHIN_S, message_id=message_id)
    told = json.loads(answer)
    if "error" in told or told.get("domain") != subjects.domain(node):
        raise NotAnswered(node)
