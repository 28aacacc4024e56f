"""Speak to another node over HTTP: only to the address that was registered, with bounds on time, size and redirects."""

import ipaddress
import json
import socket
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from haihe.data.catalogue.cascade.errors import ExchangeFailed
from haihe.data.catalogue.cascade.reading import MOST_BYTES

_TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
_WHOLE_S: Final = 120.0
"""Of one answer: a peer that sends a byte a minute must not hold a worker."""
_LONGEST_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: its media type and its bytes."""

    media_type: str
    body: bytes


def check_address(url: str) -> None:
    """Refuse what no node may be: other schemes, credentials, and hosts of this machine or of no network.

    Private networks are allowed, since the e-government network is one; this machine only in the demo.
    Raises: ExchangeFailed.
    """
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise ExchangeFailed(_("地址中的端口有误。"), field="base_url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ExchangeFailed(_("地址应以 http:// 或 https:// 开头，不带账号和参数。"), field="base_url")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        raise ExchangeFailed(_("找不到主机 %(host)s。") % {"host": parts.hostname}, field="base_url") from None
    for *_rest, address in found:
        _check_ip(str(address[0]))


def get(url: str, *, token: str, accept: str, params: dict[str, str]) -> Answer:
    """Raises: ExchangeFailed."""
    return _ask("GET", url, token=token, headers={"Accept": accept}, params=params)


def post(url: str, *, token: str, document: object) -> dict[str, Any]:
    """Send a document and return the JSON object of the answer. Raises: ExchangeFailed."""
    body = json.dumps(document, ensure_ascii=False).encode()
    answer = _ask("POST", url, token=token, headers={"Content-Type": "application/json"}, content=body)
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise ExchangeFailed(_("对方的回执不能读取。"))
    return told


def _ask(method: str, url: str, *, token: str, headers: dict[str, str], **told: Any) -> Answer:
    check_address(url)
    headers = headers | {"Authorization": f"Bearer {token}", "User-Agent": "haihe-catalogue"}
    try:
        # No proxy and no credentials from the environment, and nobody sends us elsewhere.
        with (
            httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client,
            client.stream(method, url, headers=headers, **told) as response,
        ):
            _check_peer(response)
            body = _read(response)
            if response.status_code not in (200, 201, 202):
                raise ExchangeFailed(_refusal(response.status_code, body))
            return Answer(response.headers.get("Content-Type", "").partition(";")[0].strip().lower(), body)
    except httpx.TimeoutException:
        raise ExchangeFailed(_("对方没有按时回答。")) from None
    except (httpx.HTTPError, httpx.InvalidURL) as broken:
        raise ExchangeFailed(_("连不上对方：%(reason)s") % {"reason": type(broken).__name__}) from None


def _read(response: httpx.Response) -> bytes:
    started, parts, size = time.monotonic(), list[bytes](), 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise ExchangeFailed(_("对方的回答超过 %(n)s MB。") % {"n": MOST_BYTES >> 20})
        if time.monotonic() - started > _WHOLE_S:
            raise ExchangeFailed(_("对方没有按时回答。"))
        parts.append(part)
    return b"".join(parts)


def _refusal(status: int, body: bytes) -> str:
    """Say what the other side said, as far as it speaks in problem documents."""
    try:
        told = json.loads(body)
        detail = str(told.get("detail", "")) if isinstance(told, dict) else ""
    except (ValueError, RecursionError):
        detail = ""
    return _("对方拒绝（%(status)s）。%(detail)s") % {"status": status, "detail": detail[:_LONGEST_WORDS]}


def _check_peer(response: httpx.Response) -> None:
    """A name may point elsewhere than when it was checked: look where we are connected to."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream else None
    if address:
        _check_ip(str(address[0]))


def _check_ip(text: str) -> None:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        if not settings.HAIHE.demo:
            raise ExchangeFailed(_("不能连接本机地址（仅演示环境允许）。"), field="base_url")
    elif address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        raise ExchangeFailed(_("不能连接这个网络地址。"), field="base_url")
