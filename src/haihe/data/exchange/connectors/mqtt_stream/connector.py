"""Rows that come as messages of an MQTT broker."""

import json
from collections.abc import Iterator
from typing import Final

from haihe.data.exchange.connectors import messages, reach
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.journal import Journal
from haihe.data.exchange.connectors.mqtt_stream.session import Session
from haihe.data.exchange.connectors.mqtt_stream.settings import MqttSecret, MqttSettings
from haihe.data.exchange.connectors.ports import ARROW_STREAM, Fetched, Leg, LegFound, Sink, Site, Verdict
from haihe.data.exchange.connectors.rows import PREVIEW_ROWS
from haihe.data.exchange.connectors.walking import before

_WINDOW_QUIET_S: Final = 0.2
_WINDOW: Final = 2000
_MOST_BYTES: Final = 256 * 1024 * 1024


class MqttConnector:
    name = "mqtt_stream"
    legs = (Leg.NAME, Leg.CONNECT, Leg.TRUST, Leg.LOGIN, Leg.PLACE, Leg.ROWS)
    settings = MqttSettings
    secret = MqttSecret
    only_changes = True

    def check(self, settings: MqttSettings, secret: MqttSecret, site: Site) -> Iterator[LegFound]:
        addresses = reach.addresses_of(settings.host, settings.port, site)
        yield LegFound(Leg.NAME, ", ".join(addresses))
        yield LegFound(Leg.CONNECT, f"{reach.reachable_address(addresses, settings.port)}:{settings.port}")
        told = {Leg.TRUST: settings.tls, Leg.LOGIN: settings.user, Leg.PLACE: settings.topic}
        held = [LegFound(leg, words) for leg, words in told.items()]
        try:
            with Session(settings, secret, site, kept=False) as session:
                bodies = [bytes(message.payload) for message in session.take(PREVIEW_ROWS, settings.quiet_s)]
        except FetchFailed as failed:
            yield from before(failed, self.legs, held)
            raise
        yield from held
        yield LegFound(Leg.ROWS, str(len(bodies)), messages.first_rows(bodies, settings))

    def fetch(
        self, settings: MqttSettings, secret: MqttSecret, since: str | None, sink: Sink, site: Site
    ) -> Fetched | None:
        journal = Journal(sink.memory, json.loads(since)["part"] if since else 0)
        with Session(settings, secret, site, kept=True) as session:
            complete = _take(session, settings, journal, sink)
        if journal.is_empty:
            return None
        written = messages.write(journal, settings, sink)
        fetched = Fetched(
            format=ARROW_STREAM,
            filename=settings.topic,
            mode="delta",
            rows=written,
            complete=complete,
            watermark=json.dumps({"part": journal.through}),
        )
        sink.durable(fetched)
        return fetched

    def settle(
        self, settings: MqttSettings, secret: MqttSecret, token: str, verdict: Verdict, words: str, site: Site
    ) -> None:
        """What came was acknowledged once it was on the disk; a run that was refused has its rows here still."""


MQTT_STREAM: Final = MqttConnector()


def _take(session: Session, settings: MqttSettings, journal: Journal, sink: Sink) -> bool:
    """Take window after window until it is quiet; returns whether that was all."""
    count = size = 0
    while count < settings.most_messages and size < _MOST_BYTES:
        quiet_s = _WINDOW_QUIET_S if count else settings.quiet_s
        window = session.take(min(_WINDOW, settings.most_messages - count), quiet_s)
        if not window and count:
            window = session.take(1, settings.quiet_s)
        if not window:
            return True
        journal.append([row for message in window for row in messages.rows_of(bytes(message.payload), settings)])
        session.acknowledge(window)
        count, size = count + len(window), size + sum(len(message.payload) for message in window)
        sink.count(count)
    return False
