"""What the centre sent: from the node's own store into a folder or a table of the department, and a receipt back.

Frames are kept in a spool until all are there. Then a file appears under its name, whole and once; rows of a delivery
go where their slip says. A second delivery of the same number finds the receipt and writes nothing. What can't be done
now, because a database is away or the disk is full, waits here and is tried again, a plan's in their order.
"""

import asyncio
import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import msgspec

from haihe.data.exchange.connectors.drop import free_name, steps
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.delivery.ports import DeliveryFailed, Fault
from haihe.data.exchange.nodes.agent.bringing import NotOrdered, bring, read_slip
from haihe.data.exchange.nodes.agent.fabric import Fabric, StoreFull
from haihe.data.exchange.nodes.agent.home import Home, write_whole
from haihe.data.exchange.nodes.agent.room import FULL
from haihe.data.exchange.nodes.agent.site import site_of
from haihe.data.exchange.nodes.spool import Spool, sync_folder
from haihe.data.exchange.nodes.wire import Address, DeliverySlip, Frame, Receipt, encode
from haihe.kernel import node_subjects as subjects
from haihe.kernel.sealed_pieces import NotOpened, Opener

_BATCH = 32
_REST_S = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)
_decoder = msgspec.msgpack.Decoder(Frame)
_log = logging.getLogger("haihe.node")


@dataclass(slots=True)
class _Waiting:
    """Something that is all here and to be done. `plan` keeps its order; a plain file is a plan of its own."""

    plan: str
    given_at: datetime
    spool: Spool
    slip: DeliverySlip | None = None
    failures: int = 0
    not_before: datetime = field(default_factory=lambda: datetime.now(UTC))
    trouble: str = ""


class Deliveries:
    """What is on its way to this node. One task gathers it, another works on what is all here."""

    def __init__(self, home: Home, fabric: Fabric) -> None:
        self._home, self._fabric = home, fabric
        self._folder = home.path / "down"
        self._folder.mkdir(exist_ok=True, mode=0o700)
        self._spools: dict[UUID, Spool] = {}
        self._waiting: dict[UUID, _Waiting] = {}
        self._done: dict[UUID, Receipt] = {}
        self._something = asyncio.Event()
        self.trouble = ""

    def troubles(self) -> dict[str, str]:
        """Return why what is here isn't delivered yet, by its number."""
        return {str(transfer): each.trouble for transfer, each in self._waiting.items() if each.trouble}

    async def run(self) -> None:
        """Deliver until cancelled."""
        await asyncio.to_thread(self._look_back)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._gather())
            group.create_task(self._work())

    def _look_back(self) -> None:
        """Find what an earlier run of the agent left: all here and not done, or done and not told."""
        for file in self._folder.glob("*.pieces"):
            transfer = UUID(file.stem)
            if (receipt := self._receipt(transfer)) is not None:
                self._done[transfer] = receipt
            elif self._spool(transfer).is_complete:
                self._take_up(transfer)

    async def _gather(self) -> None:
        """Keep what comes; what can't be kept now is asked for again."""
        while True:
            try:
                messages = await self._fabric.fetch_down(_BATCH)
                await asyncio.to_thread(self._keep, [message.data for message in messages])
                for message in messages:
                    await message.ack()
                self.trouble = ""
                self._something.set()
            except OSError as fault:
                _log.warning("what was sent here can't be kept now: %s", fault)
                if isinstance(fault, StoreFull) or fault.errno in FULL:
                    self.trouble = Fault.DISK_FULL
                self._spools.clear()
                await asyncio.sleep(_REST_S)

    def _keep(self, messages: list[bytes]) -> None:
        """Raises: StoreFull, OSError; then nothing counts as kept."""
        if messages and not self._fabric.room.is_there():
            raise StoreFull("the disk is full")
        found: dict[UUID, list[tuple[Frame, bytes]]] = {}
        for data in messages:
            frame = _decoder.decode(data)
            found.setdefault(frame.transfer, []).append((frame, data))
        for transfer, frames in found.items():
            if (receipt := self._receipt(transfer)) is not None:
                self._done[transfer] = receipt
            elif transfer not in self._waiting:
                self._add(transfer, frames)

    def _add(self, transfer: UUID, frames: list[tuple[Frame, bytes]]) -> None:
        spool = self._spool(transfer)
        if any(frame.kind == "abandon" for frame, _ in frames):
            spool.remove()
            del self._spools[transfer]
            return
        spool.add(frames)
        if spool.is_complete:
            self._take_up(transfer)

    def _take_up(self, transfer: UUID) -> None:
        """Note that all of it is here; what can't be read is refused when its turn comes."""
        spool = self._spools.pop(transfer)
        waiting = _Waiting(str(transfer), datetime.now(UTC), spool)
        try:
            slip = read_slip(self._home, address_of(self._home, spool))
        except (NotOpened, NotOrdered, msgspec.DecodeError):
            slip = None
        if slip is not None:
            waiting.plan, waiting.given_at, waiting.slip = slip.order.plan, slip.given_at, slip
        self._waiting[transfer] = waiting

    async def _work(self) -> None:
        while True:
            for transfer in self._due():
                await asyncio.to_thread(self._try, transfer, self._waiting[transfer])
            for transfer, receipt in list(self._done.items()):
                await self._say(transfer, receipt)
            self._something.clear()
            try:
                await asyncio.wait_for(self._something.wait(), _REST_S)
            except TimeoutError:
                continue

    def _due(self) -> list[UUID]:
        """Return the first of each plan whose time has come."""
        first: dict[str, UUID] = {}
        for transfer, each in sorted(self._waiting.items(), key=lambda item: item[1].given_at):
            first.setdefault(each.plan, transfer)
        now = datetime.now(UTC)
        return [transfer for transfer in first.values() if self._waiting[transfer].not_before <= now]

    def _try(self, transfer: UUID, waiting: _Waiting) -> None:
        """Deliver, and note the receipt before anybody hears of it; or note why it must wait."""
        try:
            receipt = self._receipt_for(transfer, waiting)
            write_whole(self._folder / f"{transfer}.receipt", encode(receipt))
        except DeliveryFailed as fault:
            self._wait(waiting, fault.fault)
        except OSError as fault:
            self._wait(waiting, Fault.DISK_FULL if fault.errno in FULL else Fault.INTERNAL)
        else:
            self._done[transfer] = receipt
            del self._waiting[transfer]

    def _receipt_for(self, transfer: UUID, waiting: _Waiting) -> Receipt:
        """Raises: DeliveryFailed for what may pass by itself, OSError."""
        try:
            if waiting.slip is not None:
                return bring(self._home, waiting.slip, waiting.spool)
            return put(self._home, transfer, waiting.spool)
        except (NotOpened, NotOrdered, msgspec.DecodeError):
            return Receipt(delivered=False, reason="not what was sent")
        except FetchFailed as fault:
            return Receipt(delivered=False, reason=str(fault.fault))
        except DeliveryFailed as fault:
            if fault.may_pass:
                raise
            return Receipt(delivered=False, reason=str(fault.fault))

    def _wait(self, waiting: _Waiting, why: Fault) -> None:
        _log.warning("what was sent here can't be delivered now: %s", why)
        waiting.trouble = why
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(waiting.failures, 10))
        waiting.failures += 1
        waiting.not_before = datetime.now(UTC) + pause

    async def _say(self, transfer: UUID, receipt: Receipt) -> None:
        frame = Frame("receipt", transfer, 0, encode(receipt))
        try:
            await self._fabric.store(
                subjects.up(self._fabric.name, str(transfer)), encode(frame), message_id=f"{transfer}:receipt"
            )
        except OSError as fault:
            _log.warning("a receipt can't be sent now: %s", fault)
            return
        del self._done[transfer]
        (self._folder / f"{transfer}.pieces").unlink(missing_ok=True)

    def _receipt(self, transfer: UUID) -> Receipt | None:
        try:
            return msgspec.msgpack.decode((self._folder / f"{transfer}.receipt").read_bytes(), type=Receipt)
        except FileNotFoundError:
            return None

    def _spool(self, transfer: UUID) -> Spool:
        if transfer not in self._spools:
            self._spools[transfer] = Spool(self._folder / f"{transfer}.pieces")
        return self._spools[transfer]


def address_of(home: Home, spool: Spool) -> Address:
    """Return what the first frame says. Raises: NotOpened, msgspec.DecodeError."""
    first = next(spool.read())
    return msgspec.msgpack.decode(_opened(Opener.of(home.sealing_key, first.key), first), type=Address)


def put(home: Home, transfer: UUID, spool: Spool) -> Receipt:
    """Write a file below `files`, under its name or one with a number.

    Raises: NotOpened, NotOrdered, FetchFailed, OSError.
    """
    frames = spool.read()
    first = next(frames)
    opener = Opener.of(home.sealing_key, first.key)
    address = msgspec.msgpack.decode(_opened(opener, first), type=Address)
    if read_slip(home, address) is not None:
        raise NotOrdered("rows of a delivery are no file")
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
