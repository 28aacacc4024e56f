"""Embedded NATS with JetStream: the message fabric of one machine, on loopback, closed by a token."""

import json
import secrets
import socket
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from haihe.launch import ports
from haihe.launch.private_files import write_private
from haihe.launch.trouble import Trouble

PREFERRED_PORT = 4222

_CONFIGURATION = """\
server_name: haihe
listen: "127.0.0.1:{port}"
authorization {{ token: "{token}" }}
jetstream {{ store_dir: {store}, sync_interval: always }}
"""


class NatsError(Trouble):
    """The server is missing or does not answer."""


@dataclass(frozen=True, slots=True)
class EmbeddedNats:
    """One server with its store in `data_dir`. Port and token are chosen once and kept there in `address.json`."""

    data_dir: Path

    def prepare(self, *, port: int | None = None) -> None:
        """Write the configuration, with a new address where there is none or somebody else has taken its port."""
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        address = self._address() or {"port": PREFERRED_PORT, "token": secrets.token_urlsafe(24)}
        if port is not None or not ports.is_free(int(address["port"])):
            address["port"] = port or ports.free_port()
        write_private(self._address_file, json.dumps(address))
        store = json.dumps(str(self.data_dir.absolute() / "jetstream"))
        write_private(self._configuration, _CONFIGURATION.format(store=store, **address))

    @property
    def url(self) -> str:
        """Address with the token in it: a secret. Raises: NatsError before `prepare`."""
        address = self._address()
        if address is None:
            raise NatsError(f"{self._address_file} is missing")
        return f"nats://{address['token']}@127.0.0.1:{address['port']}"

    def command(self) -> list[str]:
        return [str(program()), "-c", str(self._configuration)]

    def answers(self) -> bool:
        """True if the server greets now."""
        return answers_at(int((self._address() or {"port": 0})["port"]))

    @property
    def _address_file(self) -> Path:
        return self.data_dir / "address.json"

    @property
    def _configuration(self) -> Path:
        return self.data_dir / "nats.conf"

    def _address(self) -> dict[str, str | int] | None:
        try:
            found: dict[str, str | int] = json.loads(self._address_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found


def answers_at(port: int) -> bool:
    """True if a server greets on this loopback port now."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            return connection.recv(5).startswith(b"INFO")
    except OSError:
        return False


def program() -> Path:
    """Return where the server's program is. Raises: NatsError."""
    found = Path(sysconfig.get_path("scripts")) / "nats-server"
    if not found.exists():
        raise NatsError(f"{found} is missing in {sys.prefix}; run `make install`")
    return found
