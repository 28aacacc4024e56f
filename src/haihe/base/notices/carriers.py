"""Ways out of the house: what takes a message to people who aren't looking at the screen."""

from dataclasses import dataclass, field
from typing import Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """By which way a person is reached."""

    SMS = "SMS", _("短信")
    EMAIL = "EMAIL", _("邮件")


class NotNow(Exception):
    """It wasn't taken and may be tried again. `is_away`: nor will the next one be, now."""

    def __init__(self, why: str, *, is_away: bool = False) -> None:
        super().__init__(why)
        self.is_away = is_away


class Refused(Exception):
    """It won't be taken, however often it is tried."""


class Unsure(Exception):
    """Nobody knows whether it was taken, and trying again could send it twice: a person decides."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address. `key` is the same whenever it is tried again.

    `parameters` are what the words are made of, for carriers that send by templates of their own. `stop_url` leads to
    where the person switches such messages off.
    """

    key: str
    address: str = field(repr=False)
    kind: str
    text: str = field(repr=False)
    url: str = field(repr=False)
    parameters: dict[str, str] = field(repr=False)
    language: str
    stop_url: str = field(default="", repr=False)


class Carrier(Protocol):
    """Takes messages out."""

    @property
    def channel(self) -> Channel: ...

    @property
    def knows_again(self) -> bool:
        """Say whether it drops a second message with a key that it took before."""
        ...

    def send(self, message: Message) -> str:
        """Return its own number of the message. Raises: NotNow, Refused, Unsure."""
        ...


_carriers: dict[Channel, Carrier] = {}


def register_carrier(carrier: Carrier) -> None:
    """Open a way; call it from `AppConfig.ready`. One carrier for each channel: the last one counts."""
    _carriers[carrier.channel] = carrier


def close_channel(channel: Channel) -> None:
    """Close a way again; for tests that opened one."""
    _carriers.pop(channel, None)


def carrier_of(channel: str) -> Carrier | None:
    return _carriers.get(Channel(channel))


def open_channels() -> tuple[Channel, ...]:
    """Return the ways that are open in this city."""
    return tuple(channel for channel in Channel if channel in _carriers)
