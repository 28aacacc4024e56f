"""The folder of a node.

```
node.json          who it is, whom it believes, where it dials            (after `join`)
user.seed sealing.key tls.key     private keys, made here, never sent     (after `init`)
node.creds certificate.pem root.pem     what the centre issued            (renewed by itself)
orders             the newest signed orders      state.json   where each feed stands
connections.toml   yours: addresses and passwords of the department's own databases; nobody else sees them
store/             the node's JetStream store    leaf.conf local.json     written at each start
```
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from haihe.data.exchange.nodes.wire import Credentials, JoinRequest, Orders, Signed, Welcome
from haihe.kernel import certificates
from haihe.kernel.nkeys import KeyPair, Kind, credentials
from haihe.kernel.sealed_pieces import public_key

_NAMELESS = "haihe node"


class HomeError(RuntimeError):
    """The node's folder can't be used; the message says why and what to do."""


class BadOrders(ValueError):
    """Orders that the centre didn't sign, for another node, or older than those in force."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the centre said when the node joined; keys as hexadecimal text."""

    name: str
    centre: str
    hub: str
    signing_key: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The private keys that credentials are issued for. A node that joins again keeps its old ones until it has new."""

    user: KeyPair
    tls: Ed25519PrivateKey

    @classmethod
    def fresh(cls) -> "Keys":
        return cls(KeyPair.generate(Kind.USER), Ed25519PrivateKey.generate())


@dataclass(frozen=True, slots=True)
class Home:
    path: Path

    def make(self) -> None:
        """Make folder and keys, where there are none. Raises: HomeError."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.chmod(0o700)
            if not (self.path / "sealing.key").exists():
                self._write("sealing.key", os.urandom(32).hex())
            self._new_user()
        except OSError as fault:
            raise HomeError(f"{self.path} can't be used: {fault}") from fault

    def _new_user(self) -> None:
        if not (self.path / "user.seed").exists():
            self._keep_keys(Keys.fresh())

    def _keep_keys(self, keys: Keys) -> None:
        self._write("user.seed", keys.user.seed)
        self._write("tls.key", certificates.private_pem(keys.tls))

    @property
    def keys(self) -> Keys:
        """Raises: HomeError, before `init`."""
        return Keys(self._user(), self._tls())

    def join_request(self, code: str, *, version: str, keys: Keys | None = None) -> JoinRequest:
        """Return what is sent to join; with `keys` for a node that joins again: they count once it has `settle`d."""
        keys = keys or self.keys
        return JoinRequest(
            code=code,
            user=keys.user.public,
            certificate_request=certificates.request(keys.tls, _NAMELESS),
            sealing_key=public_key(self.sealing_key),
            version=version,
        )

    def certificate_request(self) -> str:
        return certificates.request(self._tls(), _NAMELESS)

    def settle(self, welcome: Welcome, *, centre: str, keys: Keys | None = None) -> None:
        """Keep what the centre said, and the keys that it was said for. Raises: BadOrders."""
        identity = Identity(welcome.node, centre, welcome.hub, welcome.signing_key.hex())
        read_orders(welcome.orders, identity)
        if keys is not None:
            self._keep_keys(keys)
        self._write("root.pem", welcome.root)
        self.keep_credentials(welcome.credentials)
        self._write_bytes("orders", msgspec.msgpack.encode(welcome.orders))
        self._write("node.json", json.dumps(asdict(identity), indent=2))

    def keep_credentials(self, given: Credentials) -> None:
        self._write("certificate.pem", given.certificate)
        self._write("node.creds", credentials(given.claims, self._user()))
        ends = {"claims": given.claims_expire_at, "certificate": given.certificate_expires_at}
        self._write("expiry.json", json.dumps({name: at.isoformat() for name, at in ends.items()}))

    def expires_at(self) -> datetime:
        """Return when the first of its credentials ends."""
        told = json.loads(self._read("expiry.json"))
        return min(datetime.fromisoformat(at).astimezone(UTC) for at in told.values())

    def keep_orders(self, signed: Signed) -> Orders:
        """Keep newer orders and return them. Raises: BadOrders."""
        orders = read_orders(signed, self.identity)
        if orders.number < self.orders.number:
            raise BadOrders("older than those in force")
        self._write_bytes("orders", msgspec.msgpack.encode(signed))
        return orders

    @property
    def identity(self) -> Identity:
        """Raises: HomeError, before it has joined."""
        return Identity(**json.loads(self._read("node.json")))

    @property
    def orders(self) -> Orders:
        """Return the orders in force. Raises: HomeError, BadOrders."""
        try:
            signed = msgspec.msgpack.decode((self.path / "orders").read_bytes(), type=Signed)
        except (OSError, msgspec.DecodeError) as fault:
            raise HomeError(f"{self.path} holds no orders; join the centre again") from fault
        return read_orders(signed, self.identity)

    @property
    def sealing_key(self) -> bytes:
        return bytes.fromhex(self._read("sealing.key"))

    @property
    def user(self) -> KeyPair:
        """Return the key that the node is let in with, and signs with what it found."""
        return self._user()

    @property
    def has_joined(self) -> bool:
        return (self.path / "node.json").exists()

    def _user(self) -> KeyPair:
        return KeyPair.from_seed(self._read("user.seed"))

    def _tls(self) -> Ed25519PrivateKey:
        key = serialization.load_pem_private_key(self._read("tls.key").encode(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise HomeError(f"{self.path / 'tls.key'} holds another kind of key")
        return key

    def _read(self, name: str) -> str:
        try:
            return (self.path / name).read_text()
        except FileNotFoundError:
            raise HomeError(f"{self.path / name} is missing; run `haihe node init` and `haihe node join`") from None

    def _write(self, name: str, text: str) -> None:
        self._write_bytes(name, text.encode())

    def _write_bytes(self, name: str, data: bytes) -> None:
        write_whole(self.path / name, data)


def write_whole(file: Path, data: bytes) -> None:
    """Write a file with mode 0600; after a power cut there is the old content or the new one."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def read_orders(signed: Signed, identity: Identity) -> Orders:
    """Return orders that the centre signed for this node. Raises: BadOrders."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(identity.signing_key))
    try:
        key.verify(signed.signature, signed.document)
        orders = msgspec.msgpack.decode(signed.document, type=Orders)
    except (InvalidSignature, msgspec.DecodeError) as fault:
        raise BadOrders("not signed by the centre") from fault
    if orders.node != identity.name:
        raise BadOrders("for another node")
    return orders
