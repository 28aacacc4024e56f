"""What may be asked, as strict JSON: an unknown key, a wrong type or an overlong text is refused, not ignored."""

from typing import Annotated

import msgspec

MOST_CLAIMS = 20
_LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"
type _IdNumber = Annotated[str, msgspec.Meta(max_length=64)]
type _Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
type _Purpose = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Z][A-Z0-9_]*$")]
type _Case = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_LINE)]
type _Claim = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
type _Claims = Annotated[tuple[_Claim, ...], msgspec.Meta(min_length=1, max_length=MOST_CLAIMS)]


class Subject(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    id_number: _IdNumber
    name: _Name | None = None


class VerifyRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """`case` is the asker's own number of the case at hand; `claim` defaults to the service's.

    `claims` instead of `claim` asks several at once. They are names: nothing in a request can set what is compared.
    """

    subject: Subject
    purpose: _Purpose
    case: _Case
    claim: _Claim | None = None
    claims: _Claims | None = None

    def __post_init__(self) -> None:
        if self.claims is not None and (self.claim is not None or len(set(self.claims)) != len(self.claims)):
            raise ValueError("claim or claims, and each of them once")


decode_request = msgspec.json.Decoder(VerifyRequest).decode
"""Raises: msgspec.DecodeError (msgspec.ValidationError included) or UnicodeDecodeError."""
