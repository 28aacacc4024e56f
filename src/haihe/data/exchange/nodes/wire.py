"""What nodes and the centre say to each other, as MessagePack. Fields are only ever added, each with a default."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

PIECE_BYTES = 512 * 1024
MOST_PIECES = 1 << 20


class Frame(msgspec.Struct, array_like=True, frozen=True):
    """One message of a transfer. `body` is sealed to the recipient; `number` counts from 0, which begins it.

    `key` comes with the first. An abandoned transfer has an empty body: its sender was stopped half-way. A receipt's
    body is plain: it tells nothing of a person.
    """

    kind: Literal["begin", "piece", "end", "abandon", "receipt"]
    transfer: UUID
    number: int
    body: bytes
    key: bytes = b""

    @property
    def context(self) -> str:
        """What the body is bound to when it is sealed."""
        return f"{self.transfer}:{self.kind}"


class Header(msgspec.Struct, frozen=True):
    """What the first frame of a file from a node holds: the order it was fetched under."""

    feed: UUID


class Trailer(msgspec.Struct, frozen=True):
    """What the last frame holds: how much there must be, what it is, and where the next fetch goes on.

    Much of that is known only once all was fetched, so it comes last. `since` is where this fetch went on, `anew` that
    of its order.
    """

    pieces: int
    size_bytes: int
    sha256: str
    filename: str
    format: str
    as_of: datetime
    mode: str = "full"
    watermark: str | None = None
    since: str | None = None
    anew: int = 0


class Signed(msgspec.Struct, frozen=True):
    """`document` is the MessagePack that was signed (Ed25519)."""

    document: bytes
    signature: bytes


class DeliveryOrder(msgspec.Struct, frozen=True):
    """Bring rows into a table or folder at a node, or take away what the deliveries in `removes` brought.

    `settings` are those of the kind of target; `connection` names the password, which only the node has. The rows come
    as an Arrow stream of text, their number and digest fixed before they left.

    A `sequence` above 0 counts deliveries of changes alone since the last whole one: the stream's first column is then
    `haihe_op`, and `rows` and `digest` are of what is to be found afterwards. `mark` is what the target remembers the
    effect by, where that isn't the number.
    """

    delivery: str
    plan: str
    kind: str
    settings: dict[str, object]
    connection: str = ""
    columns: tuple[str, ...] = ()
    rows: int = 0
    digest: str = ""
    sequence: int = 0
    mark: str = ""
    removes: tuple[str, ...] | None = None


class DeliverySlip(msgspec.Struct, frozen=True):
    """What the centre signs: the order, for which node, when it was given, and the file that comes with it.

    A node works on the slips of one plan in the order in which they were given.
    """

    node: str
    given_at: datetime
    sha256: str
    order: DeliveryOrder


class Address(msgspec.Struct, frozen=True):
    """What the first frame of a file to a node holds: where it goes. `folder` lies below the node's `files`.

    With a `slip` it goes nowhere as a file: its rows are delivered as the slip says.
    """

    filename: str
    folder: str
    size_bytes: int
    sha256: str
    slip: Signed | None = None


class ReadBack(msgspec.Struct, frozen=True):
    """What a node found at the target after a delivery; it signs this with its own key."""

    node: str
    delivery: str
    rows: int
    digest: str
    where: str
    at: datetime


class Receipt(msgspec.Struct, frozen=True):
    """What a node says of a file that was sent to it; the body of a frame of the kind `receipt`.

    Of a delivery of rows it holds what was read back, signed.
    """

    delivered: bool
    sha256: str = ""
    reason: str = ""
    read_back: Signed | None = None


class Backlog(msgspec.Struct, frozen=True):
    """What waits in a stream of the node."""

    messages: int = 0
    bytes: int = 0
    oldest_at: datetime | None = None


class FeedState(msgspec.Struct, frozen=True):
    """How a feed stands at the node. `trouble` is a short sentence, and never holds what was fetched."""

    last_at: datetime | None = None
    last_transfer: UUID | None = None
    trouble: str = ""


class Beat(msgspec.Struct, frozen=True):
    at: datetime
    orders: int
    version: str = ""
    round_trip_ms: float | None = None
    up: Backlog = Backlog()
    down: Backlog = Backlog()
    disk_free_bytes: int | None = None
    feeds: dict[str, FeedState] = {}
    trouble: str = ""
    deliveries: dict[str, str] = {}
    """Why what was sent isn't delivered yet, by its number."""
    takes_changes: bool = False
    """Whether this node's version can bring changes alone."""


class FeedOrder(msgspec.Struct, frozen=True):
    """Fetch this, so often. `connection` names secrets that only the node has; `anew` makes it begin from the start.

    `deltas` lets it send changes alone from its second fetch on.
    """

    id: UUID
    connector: str
    settings: dict[str, object]
    every_s: int
    connection: str = ""
    anew: int = 0
    deltas: bool = False


class Orders(msgspec.Struct, frozen=True):
    """All that a node is to do, signed by the centre; a higher number replaces the ones before."""

    node: str
    number: int
    issued_at: datetime
    sealing_key: bytes
    feeds: tuple[FeedOrder, ...] = ()


class JoinRequest(msgspec.Struct, frozen=True):
    """What a node sends with its code: the public halves of the keys it made, in JSON."""

    code: str
    user: str
    certificate_request: str
    sealing_key: bytes
    version: str = ""


class RenewRequest(msgspec.Struct, frozen=True):
    certificate_request: str


class Credentials(msgspec.Struct, frozen=True):
    """What lets a node in: claims for NATS and a certificate for TLS, each with its end."""

    claims: str
    claims_expire_at: datetime
    certificate: str
    certificate_expires_at: datetime


class Welcome(msgspec.Struct, frozen=True):
    """The centre's answer to a node that joins: its name, where to dial, whom to believe."""

    node: str
    hub: str
    root: str
    signing_key: bytes
    credentials: Credentials
    orders: Signed


def encode(value: msgspec.Struct) -> bytes:
    return msgspec.msgpack.encode(value)
