"""TLS to an address that was checked, in the name of the host whose certificate must stand there."""

import ssl
from typing import Any

from haihe.data.exchange.connectors.faults import Fault, FetchFailed


class NamedContext(ssl.SSLContext):
    """Asks for the host's certificate, whatever address a library connects to."""

    host: str
    is_used = False
    """Some libraries go on in the clear where the server asks for no TLS: whoever sends a secret looks here first."""
    made: ssl.SSLSocket | None = None
    """The last socket: a library whose handshake fails may forget to close it."""

    def wrap_socket(self, *args: Any, **told: Any) -> ssl.SSLSocket:
        self.made = super().wrap_socket(*args, **(told | {"server_hostname": self.host}))
        return self.made

    def wrap_bio(self, *args: Any, **told: Any) -> ssl.SSLObject:
        self.is_used = True
        return super().wrap_bio(*args, **(told | {"server_hostname": self.host}))

    def give_up(self) -> None:
        if self.made is not None:
            self.made.close()


def named_context(host: str, authority: str) -> NamedContext:
    """Raises: FetchFailed."""
    context = NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.host = host
    try:
        if authority:
            context.load_verify_locations(cadata=authority)
        else:
            context.load_default_certs()
    except ssl.SSLError:
        raise FetchFailed(Fault.SETTINGS_WRONG, "authority") from None
    return context
