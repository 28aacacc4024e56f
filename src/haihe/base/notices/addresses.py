"""Addresses as people type them, as they are kept, and as they are shown."""

import hashlib
import hmac
import re
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from haihe.base.keys import api as keys
from haihe.base.notices.carriers import Channel
from haihe.kernel.text import normalise

_MOBILE: Final = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_LONGEST: Final = 254
_KEY_BYTES: Final = 16


class AddressError(ValueError):
    """It is no address of that kind; the message says so to people."""


def read(channel: Channel, typed: str) -> str:
    """Return the address as it is kept. Raises: AddressError."""
    text = normalise(typed.replace("\x00", ""))
    return _mobile(text) if channel is Channel.SMS else _mail(text)


def seal(user: UUID, channel: str, address: str) -> bytes:
    return keys.keyring().seal(address.encode(), context=_context(user, channel))


def opened(user: UUID, channel: str, sealed: bytes) -> str:
    """Raises: KeyringError."""
    return keys.keyring().open(sealed, context=_context(user, channel)).decode()


def key_of(address: str) -> bytes:
    """Return a keyed hash by which the same address is known again."""
    secret = keys.keyring().derived("notices addresses")
    return hmac.new(secret, address.lower().encode(), hashlib.sha256).digest()[:_KEY_BYTES]


def masked(channel: Channel, address: str) -> str:
    """Return what is shown of an address: enough for whoever knows it."""
    if channel is Channel.SMS:
        return f"{address[3:6]}****{address[-4:]}"
    name, _at, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"[:64]


def _mobile(text: str) -> str:
    found = _MOBILE.fullmatch(re.sub(r"[\s-]", "", text))
    if found is None:
        raise AddressError(_("请填写 11 位的中国大陆手机号码。"))
    return f"+86{found[1]}"


def _mail(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise AddressError(_("请填写完整的邮箱地址，如 name@example.cn。")) from None
    if len(text) > _LONGEST or not text.isascii():
        raise AddressError(_("请填写完整的邮箱地址，如 name@example.cn。"))
    return text


def _context(user: UUID, channel: str) -> str:
    return f"notices-contact:{user}:{channel}"
