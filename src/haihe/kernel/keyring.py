"""The keys of one installation, and everything that is done with them. Pure: reading the file is `base.keys`' part.

Losing the keyring loses the link from persons to records; leaking it lets the holder test guesses of identity numbers
against the indexes. So it lives in one file of mode 0600 and in no log: `repr` shows nothing.
"""

import json
import os
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from haihe.kernel.mac import Mac
from haihe.kernel.subject_index import NAME_KEY_BYTES
from haihe.kernel.suites import ED25519, SEED_BYTES

FORMAT = 1
SUBJECT_KEY_BYTES = 16
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_SEAL_VERSION = b"\x01"
_HEADER_BYTES = len(_SEAL_VERSION) + _KEY_ID_BYTES
_TAG_BYTES = 16
SEAL_OVERHEAD_BYTES = _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES
"""How much longer what is sealed is than what is in it."""
_MIDDLE_DOTS = re.compile("[\u2022\u2027\u2219\u22c5\u30fb]")


class KeyringError(ValueError):
    """The keyring's text is damaged, or what was sealed isn't this keyring's, this context's, or intact."""


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """`sealing_keys` by id; new seals use `sealing_key_id`, the others only open what was sealed before a rotation."""

    subject_secret: bytes
    name_secret: bytes
    sealing_keys: Mapping[bytes, bytes] = field(hash=False)
    sealing_key_id: bytes
    ledger_seed: bytes
    django_secret: str
    _subject_mac: Mac = field(init=False, compare=False)
    _name_mac: Mac = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_subject_mac", Mac(self.subject_secret))
        object.__setattr__(self, "_name_mac", Mac(self.name_secret))

    @classmethod
    def generate(cls) -> "Keyring":
        key_id = os.urandom(_KEY_ID_BYTES)
        return cls(
            subject_secret=os.urandom(32),
            name_secret=os.urandom(32),
            sealing_keys={key_id: os.urandom(32)},
            sealing_key_id=key_id,
            ledger_seed=os.urandom(32),
            django_secret=secrets.token_urlsafe(50),
        )

    @classmethod
    def from_json(cls, text: str) -> "Keyring":
        """Raises: KeyringError if a key is missing, of wrong length, or of a format newer than this program."""
        try:
            document = json.loads(text)
            keyring = cls._from_document(document)
        except (ValueError, KeyError, TypeError, AttributeError) as damage:
            # `from None`: a traceback of the parser could quote a key.
            raise KeyringError(f"the keyring is damaged ({type(damage).__name__})") from None
        keyring._check()
        return keyring

    @classmethod
    def _from_document(cls, document: dict[str, object]) -> "Keyring":
        if document["format"] != FORMAT:
            raise ValueError
        sealing = document["sealing_keys"]
        if not isinstance(sealing, dict):
            raise TypeError
        return cls(
            subject_secret=_bytes(document["subject_secret"]),
            name_secret=_bytes(document["name_secret"]),
            sealing_keys={bytes.fromhex(key_id): _bytes(key) for key_id, key in sealing.items()},
            sealing_key_id=bytes.fromhex(str(document["sealing_key_id"])),
            ledger_seed=_bytes(document["ledger_seed"]),
            django_secret=str(document["django_secret"]),
        )

    def _check(self) -> None:
        keys = [self.subject_secret, self.name_secret, self.ledger_seed, *self.sealing_keys.values()]
        ids = self.sealing_keys.keys()
        sound = all(len(key) == 32 for key in keys) and all(len(key_id) == _KEY_ID_BYTES for key_id in ids)
        if not sound or self.sealing_key_id not in ids or len(self.django_secret) < 50:
            raise KeyringError("the keyring is damaged (a key is missing or has a wrong length)")

    def to_json(self) -> str:
        document = {
            "format": FORMAT,
            "subject_secret": _text(self.subject_secret),
            "name_secret": _text(self.name_secret),
            "sealing_keys": {key_id.hex(): _text(key) for key_id, key in self.sealing_keys.items()},
            "sealing_key_id": self.sealing_key_id.hex(),
            "ledger_seed": _text(self.ledger_seed),
            "django_secret": self.django_secret,
        }
        return json.dumps(document, indent=2) + "\n"

    def subject_key(self, id_number: str) -> bytes:
        """Key of a person in indexes and ledger. `id_number` is the value that `parse_id_number` returned."""
        return self._subject_mac.digest(id_number.encode())[:SUBJECT_KEY_BYTES]

    def subject_keys(self, id_numbers: Iterable[str]) -> list[bytes]:
        """Return `subject_key` of each."""
        return self._subject_mac.digests((number.encode() for number in id_numbers), size=SUBJECT_KEY_BYTES)

    def name_key(self, name: str) -> bytes:
        """Keyed hash of a name; spaces, full-width letters, case and the kind of middle dot make no difference."""
        return self._name_mac.digest(fold_name(name).encode())[:NAME_KEY_BYTES]

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """Encrypt with AES-256-GCM. `context` says what and whose it is, and must be the same to open it."""
        header = _SEAL_VERSION + self.sealing_key_id
        nonce = os.urandom(_NONCE_BYTES)
        cipher = AESGCM(self.sealing_keys[self.sealing_key_id])
        return header + nonce + cipher.encrypt(nonce, plain, header + context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Raises: KeyringError."""
        header, nonce = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
        key = self.sealing_keys.get(header[len(_SEAL_VERSION) :])
        if key is None or not header.startswith(_SEAL_VERSION) or len(nonce) != _NONCE_BYTES:
            raise KeyringError("sealed with a key that this keyring doesn't hold, or not sealed at all")
        try:
            return AESGCM(key).decrypt(nonce, sealed[_HEADER_BYTES + _NONCE_BYTES :], header + context.encode())
        except InvalidTag:
            raise KeyringError("altered, or sealed in another context") from None

    def rotated(self) -> "Keyring":
        """Return a keyring that seals with a new key and still opens what older ones sealed."""
        key_id = os.urandom(_KEY_ID_BYTES)
        return replace(self, sealing_keys={**self.sealing_keys, key_id: os.urandom(32)}, sealing_key_id=key_id)

    def evidence_seed(self, suite: str) -> bytes:
        """Return the private key that signs evidence in a suite: the ledger's own seed, a derived one elsewhere."""
        if suite == ED25519.name:
            return self.ledger_seed
        derived = HKDF(SHA256(), length=SEED_BYTES, salt=None, info=f"haihe-evidence:{suite}".encode())
        return derived.derive(self.ledger_seed)

    def derived(self, purpose: str) -> bytes:
        """Derive 32 secret bytes for one purpose (RFC 5869); they tell nothing of any other key."""
        return HKDF(SHA256(), length=32, salt=None, info=f"haihe {purpose}".encode()).derive(self.ledger_seed)

    @property
    def ledger_private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.ledger_seed)

    @property
    def gateway_private_key(self) -> Ed25519PrivateKey:
        """Derive the key with which gateways sign (RFC 5869); it tells nothing of the ledger's."""
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"haihe gateway signing key 1")
        return Ed25519PrivateKey.from_private_bytes(derive.derive(self.ledger_seed))

    @property
    def certificate_private_key(self) -> Ed25519PrivateKey:
        """Return the key that signs electronic certificates; what anybody checks them with is its public half."""
        return Ed25519PrivateKey.from_private_bytes(self.derived("certificate signing key 1"))


def fold_name(name: str) -> str:
    """Fold what clerks type differently for one and the same name."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _MIDDLE_DOTS.sub("·", "".join(folded.split()))


def _text(key: bytes) -> str:
    return b64encode(key).decode()


def _bytes(text: object) -> bytes:
    return b64decode(str(text), validate=True)
