"""What the department itself lays down for its node, in `connections.toml`: passwords, networks, the folder of files.

```
[site]
networks = ["10.8.0.0/16", "127.0.0.0/8"]     # where connectors may connect to; private networks unless said otherwise
files = "/srv/haihe-files"                     # below which files lie; `files/` in the node's folder

[connection.hr]                                # orders name it, and never see it
password = "…"
```
"""

import hmac
import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Site
from haihe.data.exchange.nodes.agent.home import Home
from haihe.kernel.source_rules import Network

_PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
_NONCE_BYTES, _PRINT_BYTES = 12, 16


def read_settings(home: Home) -> dict[str, Any]:
    """Return what stands in `connections.toml`; nothing where there is no such file. Raises: FetchFailed."""
    try:
        return tomllib.loads((home.path / "connections.toml").read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        # Its text holds passwords; a parser's message could quote one.
        raise FetchFailed(Fault.SETTINGS_WRONG, "connections.toml") from None


def site_of(home: Home) -> Site:
    """Return where connectors of this node may reach. Raises: FetchFailed."""
    told = read_settings(home).get("site", {})
    files = Path(told.get("files", home.path / "files"))
    files.mkdir(parents=True, exist_ok=True)
    return Site(networks=_networks(told.get("networks", _PRIVATE)), root=files, clock=lambda: datetime.now(UTC))


def secret_of(home: Home, connection: str) -> dict[str, Any]:
    """Return the secret that orders name. Raises: FetchFailed."""
    if not connection:
        return {}
    found = read_settings(home).get("connection", {}).get(connection)
    if not isinstance(found, dict):
        raise FetchFailed(Fault.SETTINGS_WRONG, f"connection.{connection}")
    return found


def _networks(texts: list[str] | tuple[str, ...]) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(text) for text in texts)
    except ValueError:
        raise FetchFailed(Fault.SETTINGS_WRONG, "site.networks") from None


@dataclass(frozen=True, slots=True)
class FeedFiles:
    """What a feed remembers beside its watermark: files that hold keyed hashes and sealed values only."""

    folder: Path
    _key: bytes

    @classmethod
    def of(cls, home: Home, feed: UUID) -> "FeedFiles":
        folder = home.path / "memory" / str(feed)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        derive = HKDF(SHA256(), length=32, salt=None, info=f"haihe node memory {feed}".encode())
        return cls(folder, derive.derive(home.sealing_key))

    def keyed(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")[:_PRINT_BYTES]

    def seal(self, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, content, None)

    def open(self, sealed: bytes) -> bytes:
        return AESGCM(self._key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
