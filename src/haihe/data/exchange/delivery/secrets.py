"""A target's settings and secret: checked by its kind, the secret sealed to its target."""

from typing import Any

import msgspec

from haihe.base.keys.api import keyring
from haihe.data.exchange.delivery.kinds import TARGETS
from haihe.data.exchange.delivery.models import DeliveryTarget


class SettingsRefused(ValueError):
    """The settings or the secret aren't what the kind of target needs. `field` names the first one that isn't right."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def checked(kind: str, settings: dict[str, Any], secret: dict[str, Any]) -> tuple[Any, Any]:
    """Return both as the kind's own structs. Raises: SettingsRefused."""
    target = TARGETS[kind]
    try:
        return msgspec.convert(settings, target.settings), msgspec.convert(secret, target.secret)
    except (msgspec.ValidationError, ValueError) as error:
        # The message ends with the place: … - at `$.host`. It never repeats a value.
        raise SettingsRefused(str(error).rpartition("$.")[2].strip("` ")) from None


def seal(row: DeliveryTarget, secret: dict[str, Any]) -> None:
    row.sealed_secret = keyring().seal(msgspec.json.encode(secret), context=row.seal_context)


def opened(row: DeliveryTarget) -> tuple[Any, Any]:
    """Return settings and secret to work with. Raises: SettingsRefused, KeyringError."""
    secret = msgspec.json.decode(keyring().open(bytes(row.sealed_secret), context=row.seal_context))
    return checked(row.kind, row.settings, secret)
