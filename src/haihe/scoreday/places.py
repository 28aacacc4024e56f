"""What a page gives somebody to come back with: their numbers and their moment, sealed, so that no page shows them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import NamedTuple

import msgspec

from haihe.kernel.keyring import Keyring, KeyringError
from haihe.scoreday.looking_up import Credentials, Proof

_decoder = msgspec.json.Decoder(tuple[str, str, float, tuple[str, str, float] | None])
_encode, _decode = msgspec.json.Encoder().encode, _decoder.decode


class Place(NamedTuple):
    """Whoever has one has proved who they are. `moment` is 0 where none was booked."""

    credentials: Credentials
    moment: float
    proof: Proof | None = None


class Places:
    """Seals with the city's keys, so that a place outlives the process that gave it."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def sealed(self, place: Place, slug: str) -> str:
        plain = _encode((*place.credentials, place.moment, place.proof))
        return urlsafe_b64encode(self._keyring.seal(plain, context=_context(slug))).decode()

    def opened(self, text: str, slug: str) -> Place | None:
        """Return None for what wasn't sealed here, or for another release."""
        try:
            number, id_number, moment, proof = _decode(
                self._keyring.open(urlsafe_b64decode(text.encode()), context=_context(slug))
            )
        except (KeyringError, Error, ValueError, msgspec.DecodeError):
            return None
        return Place(Credentials(number, id_number), moment, proof and Proof(*proof))

    def who(self, credentials: Credentials) -> bytes:
        """Return what stands for a candidate in the line; nobody's number is kept there."""
        return self._keyring.subject_key(f"{credentials.number}/{credentials.id_number}")


def _context(slug: str) -> str:
    return f"scoreday-place:{slug}"
