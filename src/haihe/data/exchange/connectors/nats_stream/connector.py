"""Rows that come as messages of a JetStream."""

import json
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

from nats.aio.msg import Msg

from haihe.data.exchange.connectors import messages, reach
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.journal import Journal
from haihe.data.exchange.connectors.nats_stream.session import ACK_WAIT_S, Session
from haihe.data.exchange.connectors.nats_stream.settings import NatsSecret, NatsSettings
from haihe.data.exchange.connectors.ports import ARROW_STREAM, Fetched, Leg, LegFound, Sink, Site, Verdict
from haihe.data.exchange.connectors.rows import PREVIEW_ROWS
from haihe.data.exchange.connectors.walking import before

_MOST_BYTES: Final = 256 * 1024 * 1024


class Place(NamedTuple):
    """How far a stream is published: the journal's part, and the highest sequence of the stream made then."""

    part: int = 0
    sequence: int = 0
    stream: str = ""

    def written(self) -> str:
        return json.dumps(self._asdict())

    @classmethod
    def read(cls, since: str | None) -> Self:
        return cls(**json.loads(since)) if since else cls()


class NatsConnector:
    name = "nats_stream"
    legs = (Leg.NAME, Leg.CONNECT, Leg.TRUST, Leg.LOGIN, Leg.PLACE, Leg.ROWS)
    settings = NatsSettings
    secret = NatsSecret
    only_changes = True

    def check(self, settings: NatsSettings, secret: NatsSecret, site: Site) -> Iterator[LegFound]:
        addresses = reach.addresses_of(settings.host, settings.port, site)
        yield LegFound(Leg.NAME, ", ".join(addresses))
        yield LegFound(Leg.CONNECT, f"{reach.reachable_address(addresses, settings.port)}:{settings.port}")
        held = [
            LegFound(Leg.TRUST, settings.tls),
            LegFound(Leg.LOGIN, settings.user),
            LegFound(Leg.PLACE, settings.stream),
        ]
        try:
            with Session(settings, secret, site) as session:
                bodies = session.newest(PREVIEW_ROWS)
                if session.has_consumer():
                    session.consumer()
        except FetchFailed as failed:
            yield from before(failed, self.legs, held)
            raise
        yield from held
        yield LegFound(Leg.ROWS, str(len(bodies)), messages.first_rows(bodies, settings))

    def fetch(
        self, settings: NatsSettings, secret: NatsSecret, since: str | None, sink: Sink, site: Site
    ) -> Fetched | None:
        place = Place.read(since)
        journal = Journal(sink.memory, place.part)
        with Session(settings, secret, site) as session:
            made = session.stream_made()
            taken = _Taken(place.sequence if made == place.stream else 0)
            try:
                complete = _take(session, settings, taken, sink)
                fetched = _hand_over(journal, settings, taken, sink, made, complete=complete)
            except BaseException:
                session.give_back(taken.messages)
                raise
            session.acknowledge(taken.messages)
        return fetched

    def settle(
        self, settings: NatsSettings, secret: NatsSecret, token: str, verdict: Verdict, words: str, site: Site
    ) -> None:
        """What came was acknowledged once it was durable; a run that was refused has its rows here still."""


NATS_STREAM: Final = NatsConnector()


class _Taken:
    """The messages of one fetch by their sequence, each once, and those that were published before apart."""

    def __init__(self, published: int) -> None:
        self.highest = published
        self._published = published
        self._by_sequence: dict[int, Msg] = {}
        self._known: dict[int, Msg] = {}
        self.size = 0
        self.waiting = 0

    def add(self, message: Msg) -> None:
        sequence = message.metadata.sequence.stream
        self.waiting = message.metadata.num_pending
        if sequence <= self._published:
            self._known[sequence] = message
            return
        # One that comes again within a fetch is acknowledged by its last coming.
        if sequence not in self._by_sequence:
            self.size += len(message.data)
        self._by_sequence[sequence] = message
        self.highest = max(self.highest, sequence)

    def up_to(self, sequence: int) -> int:
        return sum(1 for each in (*self._by_sequence, *self._known) if each <= sequence)

    def __len__(self) -> int:
        return len(self._by_sequence)

    @property
    def messages(self) -> list[Msg]:
        return [*self._known.values(), *self._by_sequence.values()]

    @property
    def bodies(self) -> list[bytes]:
        return [message.data for _, message in sorted(self._by_sequence.items())]


def _take(session: Session, settings: NatsSettings, taken: _Taken, sink: Sink) -> bool:
    """Take what is there; returns whether that was all. Raises: FetchFailed."""
    info = session.consumer()
    delivered, unsettled = (info.delivered.stream_seq or 0) if info.delivered else 0, info.num_ack_pending or 0
    most = max(settings.most_messages, unsettled)
    while len(taken) < most and taken.size < _MOST_BYTES:
        pulled = session.pull(most - len(taken), settings.quiet_s)
        if not pulled:
            break
        for message in pulled:
            taken.add(message)
        sink.count(len(taken))
    if unsettled and taken.up_to(delivered) < unsettled:
        # An older one after newer ones would bring back what was true before.
        raise FetchFailed(Fault.STILL_UNSETTLED, retry_after_s=info.config.ack_wait or ACK_WAIT_S)
    return not taken.waiting


def _hand_over(
    journal: Journal, settings: NatsSettings, taken: _Taken, sink: Sink, made: str, *, complete: bool
) -> Fetched | None:
    journal.append([row for body in taken.bodies for row in messages.rows_of(body, settings)])
    if journal.is_empty:
        return None
    written = messages.write(journal, settings, sink)
    fetched = Fetched(
        format=ARROW_STREAM,
        filename=settings.stream,
        mode="delta",
        rows=written,
        complete=complete,
        watermark=Place(journal.through, taken.highest, made).written(),
    )
    sink.durable(fetched)
    return fetched
