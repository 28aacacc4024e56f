"""One connection to one server of the cluster, and what a source needs of its stream."""

import contextlib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy
from nats.js.errors import APIError, NotFoundError

from haihe.data.exchange.connectors import reach
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.looping import Loop
from haihe.data.exchange.connectors.named_tls import named_context
from haihe.data.exchange.connectors.nats_stream.settings import NatsSecret, NatsSettings
from haihe.data.exchange.connectors.ports import Site
from haihe.kernel.nkeys import BadNkey, KeyPair

ACK_WAIT_S: Final = 60.0
_ANSWER_S: Final = 10.0
_AT_ONCE: Final = 500


class Session:
    """Use as a context. Raises: FetchFailed, also for what goes wrong in the block."""

    def __init__(self, settings: NatsSettings, secret: NatsSecret, site: Site) -> None:
        self._settings = settings
        self._credential = secret.credential
        self._site = site
        self._heard: list[Exception] = []
        self._tls = named_context(settings.host, settings.authority) if settings.tls == "verify" else None

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._told())
            self._loop = stack.enter_context(Loop())
            self._client = self._loop.run(_connected(self._options()), within_s=reach.CONNECT_TIMEOUT_S * 2)
            stack.callback(lambda: self._loop.run(self._client.close()))
            self._shown()
            self._jetstream = self._client.jetstream(timeout=_ANSWER_S)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def stream_made(self) -> str:
        """Return when the stream was made: one made anew counts from one again."""
        made = self._loop.run(self._jetstream.stream_info(self._settings.stream)).created
        return made.astimezone(UTC).isoformat() if isinstance(made, datetime) else str(made or "")

    def newest(self, most: int) -> list[bytes]:
        """Return some of the newest messages and consume none; none where we may not look."""
        settings = self._settings
        state = self._loop.run(self._jetstream.stream_info(settings.stream)).state
        sequence, found = max(state.first_seq, state.last_seq - most + 1), list[bytes]()
        while sequence <= state.last_seq and len(found) < most:
            try:
                message = self._loop.run(
                    self._jetstream.get_msg(settings.stream, seq=sequence, subject=settings.subject or ">", next=True)
                )
            except (nats.errors.Error, TimeoutError):
                break
            found.append(message.data or b"")
            sequence = (message.seq or sequence) + 1
        return found

    def has_consumer(self) -> bool:
        return self._consumer() is not None

    def consumer(self) -> ConsumerInfo:
        """Return the consumer, made where there is none. Raises: FetchFailed where it is none that we can use."""
        found = self._consumer() or self._loop.run(
            self._jetstream.add_consumer(
                self._settings.stream,
                ConsumerConfig(
                    durable_name=self._settings.consumer,
                    deliver_policy=DeliverPolicy.ALL,
                    ack_policy=AckPolicy.EXPLICIT,
                    ack_wait=ACK_WAIT_S,
                    max_ack_pending=self._settings.most_messages,
                    filter_subject=self._settings.subject or None,
                ),
            )
        )
        if found.config.ack_policy != AckPolicy.EXPLICIT or found.config.deliver_subject:
            raise FetchFailed(Fault.SETTINGS_WRONG, "consumer")
        return found

    def pull(self, most: int, quiet_s: float) -> list[Msg]:
        """Return what comes next, nothing acknowledged; none once it has been quiet for so long."""
        try:
            return self._loop.run(self._pull(min(most, _AT_ONCE), quiet_s))
        except (nats.errors.TimeoutError, TimeoutError):
            if self._client.is_connected:
                return []
            raise

    def acknowledge(self, messages: list[Msg]) -> None:
        self._loop.run(self._answer(messages, "ack"))

    def give_back(self, messages: list[Msg]) -> None:
        """Let them come again at once, where that can still be said."""
        with contextlib.suppress(Exception):
            self._loop.run(self._answer(messages, "nak"), within_s=5)

    async def _pull(self, most: int, quiet_s: float) -> list[Msg]:
        if not hasattr(self, "_subscription"):
            self._subscription = await self._jetstream.pull_subscribe_bind(
                self._settings.consumer, self._settings.stream
            )
        return await self._subscription.fetch(most, timeout=quiet_s)

    async def _answer(self, messages: list[Msg], how: str) -> None:
        for message in messages:
            await (message.ack() if how == "ack" else message.nak())
        await self._client.flush()

    def _consumer(self) -> ConsumerInfo | None:
        try:
            found: ConsumerInfo = self._loop.run(
                self._jetstream.consumer_info(self._settings.stream, self._settings.consumer)
            )
        except NotFoundError:
            # A stream that isn't there is told as such by who asks for it.
            return None
        return found

    def _options(self) -> dict[str, Any]:
        settings = self._settings
        address = reach.reachable_address(reach.addresses_of(settings.host, settings.port, self._site), settings.port)
        host = f"[{address}]" if ":" in address else address
        options: dict[str, Any] = {
            "servers": f"nats://{host}:{settings.port}",
            "name": "haihe",
            "allow_reconnect": False,
            "connect_timeout": int(reach.CONNECT_TIMEOUT_S),
            "error_cb": self._hear,
        }
        if self._tls is not None:
            options |= {"tls": self._tls, "tls_hostname": settings.host}
        if settings.auth == "user":
            return options | {"user": settings.user, "password": self._shown}
        if settings.auth == "token":
            return options | {"token": self._shown}
        if settings.auth == "credentials":
            return options | {"user_jwt_cb": self._claims, "signature_cb": self._signed}
        return options

    def _shown(self) -> str:
        """Called when the library is about to send it. Raises: ssl.SSLError where it would go out in the clear."""
        if self._tls is not None and not self._tls.is_used:
            raise ssl.SSLError("the server asks for no TLS")
        return self._credential

    def _claims(self) -> bytes:
        return _between("NATS USER JWT", self._shown()).encode()

    def _signed(self, nonce: str) -> bytes:
        user = KeyPair.from_seed(_between("USER NKEY SEED", self._shown()))
        return b64encode(user.sign(nonce.encode()))

    async def _hear(self, error: Exception) -> None:
        self._heard.append(error)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the library raises into faults."""
        try:
            yield
        except NotFoundError:
            raise FetchFailed(Fault.NO_SUCH_PLACE, self._settings.stream) from None
        except APIError:
            raise FetchFailed(Fault.NOT_PERMITTED, self._settings.stream) from None
        except BadNkey:
            raise FetchFailed(Fault.LOGIN_REFUSED) from None
        except (nats.errors.Error, OSError, TimeoutError, ValueError, EOFError) as error:
            raise FetchFailed(_fault_of([error, *self._heard])) from None


async def _connected(options: dict[str, Any]) -> Client:
    client = Client()
    try:
        await client.connect(**options)
    except BaseException:
        # The library leaves its socket to whoever collects the garbage.
        with contextlib.suppress(Exception):
            await client.close()
        raise
    return client


def _fault_of(errors: list[Exception]) -> Fault:
    """The library tells most of what happened in words, and some of it only to its callback."""
    words = " ".join(str(error).lower() for error in errors)
    for needle, fault in _FAULTS:
        if needle in words:
            return fault
    return Fault.TIMED_OUT if isinstance(errors[0], TimeoutError) else Fault.CONNECTION_LOST


_FAULTS: Final = (
    ("certificate", Fault.NOT_TRUSTED),
    ("ssl", Fault.NOT_TRUSTED),
    ("tls", Fault.NOT_TRUSTED),
    ("permissions violation", Fault.NOT_PERMITTED),
    ("authorization", Fault.LOGIN_REFUSED),
    ("authentication", Fault.LOGIN_REFUSED),
)


def _between(name: str, credentials: str) -> str:
    """Return one part of a credentials file. Raises: BadNkey."""
    found = re.search(rf"-+BEGIN {name}-+\s+(\S+)\s+-+END {name}-+", credentials)
    if found is None:
        raise BadNkey(name)
    return found[1]
