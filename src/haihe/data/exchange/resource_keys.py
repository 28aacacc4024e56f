"""The key under which a resource's personal columns are encrypted: one per resource, another for each file."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class ResourceKey:
    """Key number so-and-so of a resource; manifests name the number. Shows nothing of itself."""

    resource: str
    number: int
    secret: bytes

    def file_key(self, snapshot: str, file: str) -> bytes:
        """Return the key of one file. No two files share one, so nothing of one can be put into another."""
        about = f"haihe lake file:{self.resource}:{snapshot}:{file}".encode()
        return HKDF(SHA256(), length=KEY_BYTES, salt=None, info=about).derive(self.secret)


def wrapping_context(resource: str, number: int) -> str:
    """Context in which a resource's key is sealed by the keyring."""
    return f"datakey:{resource}:{number}"
