"""One connection to a broker, driven step by step in the caller's thread; nothing is acknowledged by itself."""

import time
from collections import deque
from types import TracebackType
from typing import Any, Final, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from haihe.data.exchange.connectors import reach
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.mqtt_stream.settings import MqttSecret, MqttSettings
from haihe.data.exchange.connectors.named_tls import named_context
from haihe.data.exchange.connectors.ports import Site

_ANSWER_S: Final = 10.0
_STEP_S: Final = 0.05
_FOR_EVER: Final = 0xFFFFFFFF
_NO_TOPIC: Final = "haihe/nothing"
_LOGIN: Final = frozenset({"Not authorized", "Bad user name or password", "Bad authentication method", "Banned"})


class Session:
    """Use as a context. `kept`: the broker keeps the session and what comes meanwhile; else it is gone with the block.

    Raises: FetchFailed throughout.
    """

    def __init__(self, settings: MqttSettings, secret: MqttSecret, site: Site, *, kept: bool) -> None:
        self._settings = settings
        self._site = site
        self._kept = kept
        self._is_new = settings.version == "5"
        self._answer: ReasonCode | None = None
        self._has_answered = False
        self._came: deque[mqtt.MQTTMessage] = deque()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client if kept else "",
            clean_session=None if self._is_new else not kept,
            protocol=MQTTProtocolVersion.MQTTv5 if self._is_new else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_unsubscribe = self._on_unsubscribe
        self._client.on_message = self._on_message
        if settings.user:
            self._client.username_pw_set(settings.user, secret.password)
        self._tls = named_context(settings.host, settings.authority) if settings.tls == "verify" else None
        if self._tls is not None:
            self._client.tls_set_context(self._tls)

    def __enter__(self) -> Self:
        self._connect()
        try:
            code = self._await_answer()
            if code.is_failure:
                raise FetchFailed(Fault.LOGIN_REFUSED if code.getName() in _LOGIN else Fault.ANSWER_REFUSED)
            self._subscribe()
        except BaseException:
            self._client.disconnect()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()

    def take(self, most: int, quiet_s: float) -> list[mqtt.MQTTMessage]:
        """Return what comes until it is quiet for so long, nothing acknowledged."""
        taken: list[mqtt.MQTTMessage] = []
        until = time.monotonic() + quiet_s
        while len(taken) < most and time.monotonic() < until:
            self._step()
            while self._came and len(taken) < most:
                taken.append(self._came.popleft())
                until = time.monotonic() + quiet_s
        return taken

    def acknowledge(self, messages: list[mqtt.MQTTMessage]) -> None:
        for message in messages:
            if message.qos:
                self._client.ack(message.mid, message.qos)
        # What is closed with something unread may lose what was sent last; the broker's answer comes behind it all.
        self._has_answered = False
        self._client.unsubscribe(_NO_TOPIC)
        until = time.monotonic() + _ANSWER_S
        while not self._has_answered:
            if time.monotonic() > until:
                raise FetchFailed(Fault.TIMED_OUT)
            self._step()

    def _connect(self) -> None:
        settings = self._settings
        addresses = reach.addresses_of(settings.host, settings.port, self._site)
        told: dict[str, Any] = {}
        if self._is_new:
            properties: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library has no types here
            properties.SessionExpiryInterval = _FOR_EVER if self._kept else 0
            told = {"clean_start": not self._kept, "properties": properties}
        self._client.connect_timeout = reach.CONNECT_TIMEOUT_S
        address = reach.reachable_address(addresses, settings.port)
        try:
            self._client.connect(address, settings.port, **told)
        except OSError as error:
            raise FetchFailed(self._fault_of(error)) from None

    def _fault_of(self, error: OSError) -> Fault:
        if self._tls is not None:
            self._tls.give_up()
            # The address takes connections; where the handshake breaks off, it is no TLS that stands there.
            return Fault.NOT_TRUSTED
        return Fault.TIMED_OUT if isinstance(error, TimeoutError) else Fault.CONNECTION_LOST

    def _subscribe(self) -> None:
        """Subscribing again to what the session has already changes nothing, and gives no kept messages anew."""
        self._answer = None
        topic = self._settings.topic
        try:
            if self._is_new:
                options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
                self._client.subscribe(topic, options=options)
            else:
                self._client.subscribe(topic, qos=1)
        except ValueError:
            raise FetchFailed(Fault.SETTINGS_WRONG, "topic") from None
        if self._await_answer().is_failure:
            raise FetchFailed(Fault.NOT_PERMITTED, topic)

    def _await_answer(self) -> ReasonCode:
        until = time.monotonic() + _ANSWER_S
        while self._answer is None:
            if time.monotonic() > until:
                raise FetchFailed(Fault.TIMED_OUT)
            self._step()
        return self._answer

    def _step(self) -> None:
        code = self._client.loop(_STEP_S)
        # The broker closes the connection behind a refusal, which has been heard by then.
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS and (self._answer is None or not self._answer.is_failure):
            raise FetchFailed(Fault.CONNECTION_LOST)

    def _on_connect(self, client: Any, data: Any, flags: Any, code: ReasonCode, properties: Any) -> None:
        self._answer = code

    def _on_subscribe(self, client: Any, data: Any, mid: int, codes: list[ReasonCode], properties: Any) -> None:
        self._answer = codes[0]

    def _on_unsubscribe(self, client: Any, data: Any, mid: int, codes: Any, properties: Any) -> None:
        self._has_answered = True

    def _on_message(self, client: Any, data: Any, message: mqtt.MQTTMessage) -> None:
        self._came.append(message)
