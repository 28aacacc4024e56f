"""The hub: the NATS server at the centre into which nodes (前置机) dial.

Apart from the message fabric, so that nothing inside can be reached from a department's line. Accounts and users are
signed claims (ADR 0021): the server needs no list of nodes, and learns within a moment whom it must no longer let in.
"""

import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.kernel import certificates
from haihe.kernel.hub_keys import HubKeys
from haihe.kernel.keyring import Keyring
from haihe.launch import ports
from haihe.launch.nats import answers_at, program
from haihe.launch.private_files import write_private

PREFERRED_PORT = 4322
NODES_PORT = 7422
_CERTIFICATE_LIVES = timedelta(days=397)

_CONFIGURATION = """\
server_name: haihe-hub
listen: "127.0.0.1:{port}"
pid_file: {pid_file}
operator: {operator}
system_account: {system}
resolver {{ type: full, dir: {claims_dir}, allow_delete: false, interval: "2m" }}
resolver_preload {{ {system}: {system_claims}, {nodes}: {nodes_claims} }}
leafnodes {{
  listen: {listen}
  no_advertise: true
  tls {{ cert_file: {certificate}, key_file: {key}, ca_file: {root}, verify: true, timeout: 5 }}
}}
"""


@dataclass(frozen=True, slots=True)
class HubDoor:
    """Where nodes come in: what the hub listens on, and under which name they find it."""

    host: str = "127.0.0.1"
    port: int = NODES_PORT
    public: str = ""

    @classmethod
    def from_environment(cls) -> "HubDoor":
        return cls(
            host=os.environ.get("HAIHE_HUB_HOST", "127.0.0.1"),
            port=int(os.environ.get("HAIHE_HUB_PORT", NODES_PORT)),
            public=os.environ.get("HAIHE_HUB_ADDRESS", ""),
        )

    @property
    def address(self) -> str:
        """What nodes dial, host:port."""
        return self.public or f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class EmbeddedHub:
    """One server, its certificate and the accounts' claims in `data_dir`."""

    data_dir: Path
    keyring: Keyring

    def prepare(self, door: HubDoor, *, port: int | None = None) -> HubDoor:
        """Write the configuration; return the door with the port that was to be had."""
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        chosen = port or self._kept_port() or PREFERRED_PORT
        if port is None and not ports.is_free(chosen):
            chosen = ports.free_port()
        if not ports.is_free(door.port):
            door = HubDoor(door.host, ports.free_port(), door.public)
        write_private(self._address_file, json.dumps({"port": chosen, "nodes_port": door.port}))
        self._write_certificates(door)
        self._write_configuration(door, chosen)
        return door

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self._kept_port() or PREFERRED_PORT}"

    def command(self) -> list[str]:
        return [str(program()), "-c", str(self.data_dir / "hub.conf")]

    def answers(self) -> bool:
        return answers_at(self._kept_port() or 0)

    @property
    def _address_file(self) -> Path:
        return self.data_dir / "address.json"

    def _kept_port(self) -> int | None:
        try:
            return int(json.loads(self._address_file.read_text())["port"])
        except (FileNotFoundError, ValueError, KeyError):
            return None

    def _write_certificates(self, door: HubDoor) -> None:
        """Issue the hub's certificate anew at each start: it lives a year, and names may have changed."""
        keys, now = HubKeys.of(self.keyring), datetime.now(UTC)
        if not (self.data_dir / "root.pem").exists():
            write_private(self.data_dir / "root.pem", certificates.root(keys.authority, now=now))
        key = Ed25519PrivateKey.generate()
        names = list(dict.fromkeys([door.address.rpartition(":")[0].strip("[]"), "127.0.0.1", socket.gethostname()]))
        own = certificates.serving(keys.authority, key.public_key(), names, now=now, lives=_CERTIFICATE_LIVES)
        write_private(self.data_dir / "hub.key", certificates.private_pem(key))
        write_private(self.data_dir / "hub.pem", own.pem)

    def _write_configuration(self, door: HubDoor, port: int) -> None:
        keys = HubKeys.of(self.keyring)
        # The oldest claims there can be: those kept from the last run, which name whom to keep out, stay in force.
        issued_at = 1
        text = _CONFIGURATION.format(
            port=port,
            operator=keys.operator_claims(issued_at=issued_at),
            system=keys.system.public,
            system_claims=keys.system_claims(issued_at=issued_at),
            nodes=keys.nodes.public,
            nodes_claims=keys.nodes_claims(issued_at=issued_at),
            pid_file=_quoted(self.data_dir / "hub.pid"),
            claims_dir=_quoted(self.data_dir / "claims"),
            listen=json.dumps(f"{door.host}:{door.port}"),
            certificate=_quoted(self.data_dir / "hub.pem"),
            key=_quoted(self.data_dir / "hub.key"),
            root=_quoted(self.data_dir / "root.pem"),
        )
        write_private(self.data_dir / "hub.conf", text)


def _quoted(path: Path) -> str:
    return json.dumps(str(path.absolute()))
