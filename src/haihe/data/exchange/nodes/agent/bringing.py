"""Rows that the centre had delivered here: into a table of the department's, or a folder, by the centre's targets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BufferedReader, RawIOBase
from typing import Any

import msgspec
import pyarrow as pa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from haihe.data.exchange.connectors import reach
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.ports import Site
from haihe.data.exchange.delivery.ports import Content, DeliveryFailed, Fault, Found, Target
from haihe.data.exchange.delivery.targets.database import DatabaseTarget
from haihe.data.exchange.delivery.targets.files import FilesTarget, FolderSettings, NoSecret
from haihe.data.exchange.delivery.targets.folders import LocalFolder
from haihe.data.exchange.nodes.agent.home import Home
from haihe.data.exchange.nodes.agent.site import secret_of, site_of
from haihe.data.exchange.nodes.spool import Spool
from haihe.data.exchange.nodes.wire import Address, DeliveryOrder, DeliverySlip, Frame, ReadBack, Receipt, Signed
from haihe.kernel.sealed_pieces import NotOpened, Opener


class NotOrdered(ValueError):
    """A slip that the centre didn't sign, or that is for another node or another file."""


def read_slip(home: Home, address: Address) -> DeliverySlip | None:
    """Return what a file's address orders; None where it is only a file. Raises: NotOrdered."""
    if address.slip is None:
        return None
    identity = home.identity
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(identity.signing_key))
    try:
        key.verify(address.slip.signature, address.slip.document)
        slip = msgspec.msgpack.decode(address.slip.document, type=DeliverySlip)
    except (InvalidSignature, msgspec.DecodeError) as fault:
        raise NotOrdered("not signed by the centre") from fault
    if (slip.node, slip.sha256) != (identity.name, address.sha256):
        raise NotOrdered("for another node, or another file")
    return slip


def bring(home: Home, slip: DeliverySlip, spool: Spool) -> Receipt:
    """Do what the slip says, read the target back, and sign what was found. Raises: DeliveryFailed, NotOpened."""
    order = slip.order
    target, settings, secret = _target(home, order)
    if order.removes is not None:
        found = target.remove(settings, secret, order.plan, order.removes, order.delivery)
    else:
        content = _Rows(home, spool, slip.sha256)
        found = target.put(settings, secret, _content(order, content))
        if (found.rows, found.digest) != (order.rows, order.digest):
            raise DeliveryFailed(Fault.OTHER_CONTENT)
    return Receipt(delivered=True, sha256=slip.sha256, read_back=_signed(home, order, found))


def _content(order: DeliveryOrder, rows: "_Rows") -> Content:
    return Content(
        order.delivery,
        order.plan,
        order.columns,
        order.rows,
        order.digest,
        rows.batches,
        sequence=order.sequence,
        mark=order.mark,
    )


def _signed(home: Home, order: DeliveryOrder, found: Found) -> Signed:
    told = ReadBack(
        node=home.identity.name,
        delivery=order.delivery,
        rows=found.rows,
        digest=found.digest,
        where=found.where,
        at=datetime.now(UTC),
    )
    document = msgspec.msgpack.encode(told)
    return Signed(document, home.user.sign(document))


def _target(home: Home, order: DeliveryOrder) -> tuple[Target, Any, Any]:
    """Return the target with settings and the secret that only this node has. Raises: DeliveryFailed."""
    try:
        site = site_of(home)
        target = _kinds(site)[order.kind]
        secret = msgspec.convert(secret_of(home, order.connection), target.secret)
        return target, msgspec.convert(order.settings, target.settings), secret
    except (FetchFailed, msgspec.ValidationError, KeyError):
        raise DeliveryFailed(Fault.SETTINGS_WRONG) from None


def _kinds(site: Site) -> dict[str, Target]:
    def address_of(host: str, port: int) -> str:
        try:
            addresses = reach.addresses_of(host, port, site)
        except FetchFailed:
            raise DeliveryFailed(Fault.ADDRESS) from None
        try:
            return reach.reachable_address(addresses, port)
        except FetchFailed:
            raise DeliveryFailed(Fault.NO_CONNECTION) from None

    table: Target = DatabaseTarget(address_of)
    folder: Target = FilesTarget("folder", FolderSettings, NoSecret, LocalFolder.below(lambda: site.root))
    return {table.name: table, folder.name: folder}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows in a spool, read from the start as often as wanted; it ends well only if all was what was sent."""

    home: Home
    spool: Spool
    sha256: str

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Raises: NotOpened."""
        pieces = _Opened(self.home, self.spool)
        # Arrow takes a short answer for the end, and pieces end where they like.
        whole = pa.PythonFile(BufferedReader(pieces), mode="r")
        with pa.ipc.open_stream(whole) as stream:
            yield from stream
        if pieces.digest() != self.sha256:
            raise NotOpened("not what was sent")


class _Opened(RawIOBase):
    """The opened pieces of a spool as a file to read once."""

    def __init__(self, home: Home, spool: Spool) -> None:
        self._frames = spool.read()
        first = next(self._frames)
        self._opener = Opener.of(home.sealing_key, first.key)
        self._digest, self._rest = sha256(), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # only what BufferedReader passes
        while not self._rest and (frame := next(self._frames, None)) is not None:
            self._rest = memoryview(self._opened(frame))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def digest(self) -> str:
        """Return the hash of all of it; what wasn't read yet is read."""
        for frame in self._frames:
            self._opened(frame)
        return self._digest.hexdigest()

    def _opened(self, frame: Frame) -> bytes:
        piece = self._opener.open(frame.body, number=frame.number, context=frame.context)
        self._digest.update(piece)
        return piece
