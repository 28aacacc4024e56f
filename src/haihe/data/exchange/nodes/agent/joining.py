"""Joining the centre with a one-time code."""

from ipaddress import ip_address
from pathlib import Path
from ssl import SSLContext, create_default_context
from urllib.parse import urlsplit

import httpx
import msgspec

from haihe.data.exchange.nodes.agent.home import BadOrders, Home, HomeError, Keys
from haihe.data.exchange.nodes.wire import Welcome

PATH = "/exchange/nodes/join/"
_TIMEOUT_S = 20.0


def join(home: Home, *, centre: str, code: str, version: str, authorities: Path | None = None) -> str:
    """Send the code and the public halves of new keys, keep what comes back; return the node's name.

    `authorities` is a file of certificates to believe instead of the system's. Raises: HomeError.
    """
    url = urlsplit(centre)
    if url.scheme != "https" and not (url.scheme == "http" and _is_this_machine(url.hostname or "")):
        raise HomeError("the code and what it brings go over https only (http on this machine)")
    home.make()
    keys = Keys.fresh()
    request = msgspec.json.encode(home.join_request(code, version=version, keys=keys))
    try:
        answer = httpx.post(
            f"{centre.rstrip('/')}{PATH}",
            content=request,
            headers={"Content-Type": "application/json"},
            timeout=_TIMEOUT_S,
            verify=_trust(authorities),
            trust_env=False,
        )
    except httpx.HTTPError as fault:
        raise HomeError(f"the centre can't be reached: {type(fault).__name__}") from fault
    if answer.status_code != httpx.codes.OK:
        raise HomeError(_told(answer))
    try:
        welcome = msgspec.json.decode(answer.content, type=Welcome)
        home.settle(welcome, centre=centre, keys=keys)
    except (msgspec.DecodeError, BadOrders, ValueError) as fault:
        raise HomeError("the centre's answer can't be used") from fault
    return welcome.node


def _trust(authorities: Path | None) -> SSLContext:
    return create_default_context(cafile=str(authorities) if authorities else None)


def _told(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the centre answers {answer.status_code}"


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
