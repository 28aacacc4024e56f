"""Short messages as JSON over HTTP, signed. How a city maps its provider: docs/carriers.md."""

import hashlib
import hmac
import ipaddress
import json
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import msgspec

from haihe.base.notices.carriers import Channel, Message, NotNow, Refused
from haihe.kernel.carrier_places import SmsPlace

_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
_MOST_BYTES: Final = 16_384
_DEFAULT: Final = "default"
_TAKEN_BEFORE: Final = 409
_TOO_MANY: Final = 429
_REQUEST_TIMEOUT: Final = 408
_FAULT: Final = 500


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider's template: its number there, and which of our parameters it takes, in its order."""

    id: str
    parameters: tuple[str, ...] = ()


class _Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    templates: dict[str, Template]


class SmsCarrier:
    """Hands messages to one address. It knows a key again: a message tried twice is sent once."""

    channel: Final = Channel.SMS
    knows_again: Final = True

    def __init__(
        self, place: SmsPlace, *, timeout: httpx.Timeout = _TIMEOUT, clock: Callable[[], float] = time.time
    ) -> None:
        """Raises: ValueError for an address without encryption or bad templates, OSError for missing ones."""
        _check_address(place.url)
        self._place, self._timeout, self._clock = place, timeout, clock
        self._templates = _templates(place.templates)

    def send(self, message: Message) -> str:
        """Return the provider's number of it. Raises: NotNow, Refused."""
        body = json.dumps(self._document(message), ensure_ascii=False, separators=(",", ":")).encode()
        try:
            with (
                httpx.Client(timeout=self._timeout, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self._place.url, content=body, headers=self._headers(message, body)) as answer,
            ):
                return _number_in(answer, message)
        except httpx.HTTPError as away:
            # Taken or not: it knows the key again, so it is tried again.
            is_away = isinstance(away, httpx.ConnectError | httpx.TimeoutException)
            raise NotNow(type(away).__name__, is_away=is_away) from away

    def _document(self, message: Message) -> dict[str, object]:
        template = self._templates.get(message.kind) or self._templates.get(_DEFAULT)
        known = message.parameters | {"text": message.text, "url": message.url}
        names = template.parameters if template else ()
        return {
            "id": message.key,
            "to": message.address,
            "sign": self._place.sign,
            "template": template.id if template else "",
            "parameters": {name: known.get(name, "") for name in names},
            "text": f"{message.text} {message.url}".strip(),
        }

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        at = str(int(self._clock()))
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": message.key,
            "Haihe-Key-Id": self._place.key_id,
            "Haihe-Timestamp": at,
            "Haihe-Signature": f"v1={signature(self._place.secret, at, body)}",
        }


def signature(secret: str, at: str, body: bytes) -> str:
    """Return HMAC-SHA256 over the moment, a point and the body, in hexadecimal digits."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def _number_in(answer: httpx.Response, message: Message) -> str:
    code = answer.status_code
    if code in (_REQUEST_TIMEOUT, _TOO_MANY) or code >= _FAULT:
        raise NotNow(f"it said {code}", is_away=code == _TOO_MANY)
    if code == _TAKEN_BEFORE:
        return message.key
    if not answer.is_success:
        raise Refused(f"it said {code}")
    return _number(_read(answer))[:100] or message.key


def _read(answer: httpx.Response) -> bytes:
    """Read no more than an answer can need."""
    told = b""
    for piece in answer.iter_bytes():
        told += piece
        if len(told) > _MOST_BYTES:
            return b""
    return told


def _number(told: bytes) -> str:
    """Return the number in the answer; "" where there is none: it was taken all the same."""
    try:
        document = json.loads(told)
    except ValueError:
        return ""
    return str(document.get("id", "")) if isinstance(document, dict) else ""


def _templates(file: str) -> Mapping[str, Template]:
    if not file:
        return {}
    told = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    return msgspec.convert(told, _Templates).templates


def _check_address(url: str) -> None:
    """Messages name people: they leave this machine encrypted or not at all."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ValueError(f"HAIHE_SMS_URL must begin with https://, not {parts.scheme}://{host}")
