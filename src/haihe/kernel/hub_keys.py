"""The centre's keys for its nodes (前置机): who may speak on the hub, who is believed, to whom pieces are sealed.

All come from the keyring, so that the program that starts the hub, the pages, the worker and the gateway have the same
without handing them on.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.kernel.keyring import Keyring
from haihe.kernel.nkeys import KeyPair, Kind, Permissions, account_claims, operator_claims, user_claims
from haihe.kernel.sealed_pieces import public_key


@dataclass(frozen=True, slots=True)
class HubKeys:
    """`nodes` is the account in which all nodes and the centre's own programs meet, `system` the hub's own account."""

    operator: KeyPair
    system: KeyPair
    nodes: KeyPair
    authority: Ed25519PrivateKey = field(repr=False)
    """Signs certificates."""
    signing: Ed25519PrivateKey = field(repr=False)
    """Signs what nodes are told to do."""
    sealing: bytes = field(repr=False)
    """Opens what nodes seal to the centre (X25519)."""
    _users: Keyring = field(repr=False)

    @classmethod
    def of(cls, keyring: Keyring) -> "HubKeys":
        return cls(
            operator=KeyPair(Kind.OPERATOR, keyring.derived("hub operator 1")),
            system=KeyPair(Kind.ACCOUNT, keyring.derived("hub system account 1")),
            nodes=KeyPair(Kind.ACCOUNT, keyring.derived("hub account of nodes 1")),
            authority=Ed25519PrivateKey.from_private_bytes(keyring.derived("hub certificate authority 1")),
            signing=Ed25519PrivateKey.from_private_bytes(keyring.derived("hub orders to nodes 1")),
            sealing=keyring.derived("hub sealing 1"),
            _users=keyring,
        )

    @property
    def sealing_public(self) -> bytes:
        return public_key(self.sealing)

    def operator_claims(self, *, issued_at: int) -> str:
        return operator_claims(self.operator, "haihe", system_account=self.system.public, issued_at=issued_at)

    def system_claims(self, *, issued_at: int) -> str:
        return account_claims(self.operator, self.system.public, "SYSTEM", issued_at=issued_at)

    def nodes_claims(self, *, issued_at: int, revoked: Mapping[str, int] | None = None) -> str:
        return account_claims(self.operator, self.nodes.public, "NODES", issued_at=issued_at, revoked=revoked)

    def visitor(self, name: str, permissions: Permissions, *, on_system: bool = False) -> "Visitor":
        """Return a program of the centre as a user of the hub."""
        user = KeyPair(Kind.USER, self._users.derived(f"hub user {name} 1"))
        return Visitor(user, self.system if on_system else self.nodes, name, permissions)


@dataclass(frozen=True, slots=True)
class Visitor:
    """One of the centre's programs on the hub; both methods are what nats-py asks of a user when it connects."""

    user: KeyPair
    account: KeyPair
    name: str
    permissions: Permissions

    def claims(self, *, issued_at: int) -> bytes:
        told = user_claims(self.account, self.user.public, self.name, permissions=self.permissions, issued_at=issued_at)
        return told.encode()

    def sign(self, nonce: str) -> bytes:
        return b64encode(self.user.sign(nonce.encode()))
