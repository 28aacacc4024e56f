"""Files that the centre sent: from the node's own store into a folder of the department, and a receipt back.

Frames are kept in a spool until all are there; then the file appears under its name, whole, and once: a second delivery
of the same number finds the receipt and writes nothing.
"""

import asyncio
import logging
import os
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec

from haihe.data.exchange.connectors.drop import free_name, steps
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.nodes.agent.fabric import Fabric
from haihe.data.exchange.nodes.agent.home import Home, write_whole
from haihe.data.exchange.nodes.agent.site import site_of
from haihe.data.exchange.nodes.spool import Spool, sync_folder
from haihe.data.exchange.nodes.wire import Address, Frame, Receipt, encode
from haihe.kernel import node_subjects as subjects
from haihe.kernel.sealed_pieces import NotOpened, Opener

_BATCH = 32
_REST_S = 1.0
_decoder = msgspec.msgpack.Decoder(Frame)
_log = logging.getLogger("haihe.node")


class Deliveries:
    """What is on its way to this node. One task works on it at a time."""

    def __init__(self, home: Home, fabric: Fabric) -> None:
        self._home, self._fabric = home, fabric
        self._folder = home.path / "down"
        self._folder.mkdir(exist_ok=True, mode=0o700)
        self._spools: dict[UUID, Spool] = {}

    async def run(self) -> None:
        """Deliver until cancelled; what can't be kept now is asked for again."""
        while True:
            try:
                messages = await self._fabric.fetch_down(_BATCH)
                done = await asyncio.to_thread(self._keep, [message.data for message in messages])
                for transfer, receipt in done:
                    await self._say(transfer, receipt)
                for message in messages:
                    await message.ack()
            except (OSError, FetchFailed) as fault:
                _log.warning("what was sent here can't be delivered now: %s", fault)
                self._spools.clear()
                await asyncio.sleep(_REST_S)

    async def _say(self, transfer: UUID, receipt: Receipt) -> None:
        frame = Frame("receipt", transfer, 0, encode(receipt))
        await self._fabric.store(
            subjects.up(self._fabric.name, str(transfer)), encode(frame), message_id=f"{transfer}:receipt"
        )
        self._spool(transfer).remove()
        self._spools.pop(transfer, None)

    def _keep(self, messages: list[bytes]) -> list[tuple[UUID, Receipt]]:
        found: dict[UUID, list[tuple[Frame, bytes]]] = {}
        for data in messages:
            frame = _decoder.decode(data)
            found.setdefault(frame.transfer, []).append((frame, data))
        done = []
        for transfer, frames in found.items():
            if (receipt := self._receipt(transfer)) is not None:
                done.append((transfer, receipt))
                continue
            spool = self._spool(transfer)
            spool.add(frames)
            if spool.is_complete:
                done.append((transfer, self._deliver(transfer, spool)))
        return done

    def _deliver(self, transfer: UUID, spool: Spool) -> Receipt:
        """Put a whole file in its place and note the receipt before anybody hears of it. Raises: OSError."""
        try:
            receipt = put(self._home, transfer, spool)
        except (NotOpened, msgspec.DecodeError):
            receipt = Receipt(delivered=False, reason="not what was sent")
        except FetchFailed as fault:
            receipt = Receipt(delivered=False, reason=str(fault.fault))
        write_whole(self._folder / f"{transfer}.receipt", encode(receipt))
        return receipt

    def _receipt(self, transfer: UUID) -> Receipt | None:
        try:
            return msgspec.msgpack.decode((self._folder / f"{transfer}.receipt").read_bytes(), type=Receipt)
        except FileNotFoundError:
            return None

    def _spool(self, transfer: UUID) -> Spool:
        if transfer not in self._spools:
            self._spools[transfer] = Spool(self._folder / f"{transfer}.pieces")
        return self._spools[transfer]


def put(home: Home, transfer: UUID, spool: Spool) -> Receipt:
    """Write a file below `files`, under its name or one with a number. Raises: NotOpened, FetchFailed, OSError."""
    frames = spool.read()
    first = next(frames)
    opener = Opener.of(home.sealing_key, first.key)
    address = msgspec.msgpack.decode(_opened(opener, first), type=Address)
    folder = site_of(home).root.joinpath(*steps(address.folder))
    folder.mkdir(parents=True, exist_ok=True)
    part, digest = folder / f".{transfer}.part", sha256()
    with part.open("wb") as file:
        for frame in frames:
            piece = _opened(opener, frame)
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != address.sha256:
        part.unlink()
        raise NotOpened("not what was sent")
    name = Path(address.filename).name or str(transfer)
    part.rename(folder / free_name(name, (each.name for each in folder.iterdir())))
    sync_folder(folder)
    return Receipt(delivered=True, sha256=address.sha256)


def _opened(opener: Opener, frame: Frame) -> bytes:
    return opener.open(frame.body, number=frame.number, context=frame.context)
