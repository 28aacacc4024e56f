"""HMAC-SHA256 under one key, for those who compute many: setting the key up costs more than a short message does."""

from collections.abc import Iterable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC


class Mac:
    """A key made ready. Shows nothing of itself."""

    __slots__ = ("_copy",)

    def __init__(self, key: bytes) -> None:
        self._copy = HMAC(key, SHA256()).copy

    def digest(self, message: bytes) -> bytes:
        """Return the 32 bytes of the message's HMAC (RFC 2104)."""
        mac = self._copy()
        mac.update(message)
        return mac.finalize()

    def digests(self, messages: Iterable[bytes], *, size: int) -> list[bytes]:
        """Return the first `size` bytes of each message's HMAC."""
        copy, found = self._copy, []
        for message in messages:
            mac = copy()
            mac.update(message)
            found.append(mac.finalize()[:size])
        return found

    def __repr__(self) -> str:
        return "<Mac>"
