"""Which addresses may be asked: the public ones, and the networks that the operator named."""

import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, Protocol

from haihe.base.outward.faults import Fault, OutwardFailed
from haihe.kernel.source_rules import Network, is_within

PORTS: Final = {"http": 80, "https": 443}
_TUNNELS: Final = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
"""IPv6 addresses that carry an IPv4 address to somewhere: translation, 6to4, Teredo, and the old compatible form."""
_NUMBERS: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)


type Resolver = Callable[[str, int], list[str]]
"""Returns the addresses of a host, in the order in which to try them. Raises: OSError, UnicodeError."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in told))


class Settings(Protocol):
    """The part of the environment that says how far we reach."""

    @property
    def outward_networks(self) -> tuple[str, ...]: ...

    @property
    def outward_ports(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """How far we reach: public addresses on these ports, and the named networks."""

    networks: tuple[Network, ...] = ()
    ports: tuple[int, ...] = (80, 443)
    resolver: Resolver = resolve

    def addresses_of(self, host: str, port: int) -> list[str]:
        """Look the host up once. One address that is refused refuses the host. Raises: OutwardFailed."""
        if port not in self.ports:
            raise OutwardFailed(Fault.PORT_REFUSED, str(port))
        found = looked_up(host, port, self.resolver)
        if not all(self.allows(address) for address in found):
            raise OutwardFailed(Fault.NETWORK_REFUSED, host)
        return found

    def allows(self, address: str) -> bool:
        return is_public(address) or is_within(address, self.networks)


def reach_of(settings: Settings) -> Reach:
    """Return what the operator's settings allow."""
    networks = tuple(ip_network(text, strict=False) for text in settings.outward_networks)
    return Reach(networks, settings.outward_ports)


def looked_up(host: str, port: int, resolver: Resolver = resolve) -> list[str]:
    """Return the host's addresses. A number that isn't written as an address (2130706433, 0177.0.0.1) is no host.

    Raises: OutwardFailed.
    """
    if _NUMBERS.fullmatch(host) and not _is_address(host):
        raise OutwardFailed(Fault.ADDRESS_WRONG, host[:100])
    try:
        return resolver(host, port)
    except (OSError, UnicodeError):
        raise OutwardFailed(Fault.NAME_UNKNOWN, host[:100]) from None


def is_public(text: str) -> bool:
    """Tell whether the address is one of the internet, and none that leads from there to somewhere else."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv6Address) and _is_in(address, _TUNNELS):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or _is_site_local(address))


def _is_site_local(address: IPv4Address | IPv6Address) -> bool:
    return isinstance(address, IPv6Address) and address.is_site_local


def _is_in(address: IPv6Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
