"""To what a connector may connect: a name is looked up once, and only addresses in the site's networks are used.

A source's settings come from a department; without this a steward could have the centre's own machines questioned.
"""

import socket
from typing import Final

from haihe.base.outward import api as outward
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Site
from haihe.kernel.source_rules import is_within

CONNECT_TIMEOUT_S: Final = 10.0


def addresses_of(host: str, port: int, site: Site) -> list[str]:
    """Return the host's addresses that may be used. Raises: FetchFailed."""
    try:
        found = outward.looked_up(host, port)
    except outward.OutwardFailed:
        raise FetchFailed(Fault.NAME_UNKNOWN, host) from None
    allowed = [address for address in found if is_within(address, site.networks)]
    if not allowed:
        raise FetchFailed(Fault.ADDRESS_NOT_ALLOWED, host)
    return allowed


def connected(addresses: list[str], port: int) -> socket.socket:
    """Return a connection to the first address that answers. Raises: FetchFailed."""
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=CONNECT_TIMEOUT_S)
        except TimeoutError:
            last = Fault.TIMED_OUT
        except OSError:
            last = Fault.NO_CONNECTION
    raise FetchFailed(last, str(port))


def reachable_address(addresses: list[str], port: int) -> str:
    """Return the first address that takes connections. Raises: FetchFailed."""
    with connected(addresses, port) as connection:
        return str(connection.getpeername()[0])
