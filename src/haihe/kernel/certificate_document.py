"""An electronic certificate as a document: a compact JWS that anybody can check with the city's public key alone.

What it says never changes after it was signed. Whether the certificate still holds is not in it: it may have been
suspended or revoked since, which only the city's own page tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from haihe.kernel.compact_jws import JwsError, read_jws, write_jws

TYPE: Final = "haihe-certificate+jws"
FORMAT: Final = 1
MAX_DOCUMENT_BYTES: Final = 32 << 10
_TEXTS: Final = ("num", "kind", "code", "name", "iss", "org", "hol", "hid", "on")
_CLAIMS: Final = frozenset({*_TEXTS, "ver", "until", "fld"})
_KEY_ID_LETTERS: Final = 16


class BadDocument(ValueError):
    """Why a document is no certificate of ours."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a certificate says. `code` is the kind's own code, `issuer` the organisation's; `until` None for good.

    `holder_number` is an identity number or a credit code, "" where the holder has none yet. `fields` are texts by
    name, as the kind defines them.
    """

    number: str
    kind: str
    code: str
    name: str
    issuer: str
    issuer_name: str
    holder: str
    holder_number: str
    issued_on: date
    valid_until: date | None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DocumentVerdict:
    """Whether a document is good; `reason` is a short English sentence. The document is there only if it is."""

    valid: bool
    reason: str
    document: Document | None = None
    key_id: str = ""

    def is_over(self, today: date) -> bool:
        """Say whether the term written in it has ended."""
        until = self.document.valid_until if self.document else None
        return until is not None and until < today


def key_id(key: Ed25519PublicKey) -> str:
    """Return the name under which documents mention a key."""
    return sha256(key.public_bytes_raw()).hexdigest()[:_KEY_ID_LETTERS]


def write_document(document: Document, *, key: Ed25519PrivateKey) -> str:
    """Return the signed text. Raises: BadDocument where it would be longer than whoever reads it accepts."""
    claims: dict[str, object] = {
        "ver": FORMAT,
        "num": document.number,
        "kind": document.kind,
        "code": document.code,
        "name": document.name,
        "iss": document.issuer,
        "org": document.issuer_name,
        "hol": document.holder,
        "hid": document.holder_number,
        "on": document.issued_on.isoformat(),
        "until": document.valid_until.isoformat() if document.valid_until else None,
        "fld": dict(document.fields),
    }
    text = write_jws(claims, key=key, typ=TYPE, kid=key_id(key.public_key()))
    if len(text) > MAX_DOCUMENT_BYTES:
        raise BadDocument("the certificate says too much for one document")
    return text


def verify_document(data: bytes, *, key: Ed25519PublicKey) -> DocumentVerdict:
    """Check a document with a key that is trusted from elsewhere; nothing in it is believed before. Never raises."""
    try:
        return _verify(data, key)
    except BadDocument as reason:
        return DocumentVerdict(False, str(reason))


def _verify(data: bytes, key: Ed25519PublicKey) -> DocumentVerdict:
    try:
        jws = read_jws(data.strip().decode("ascii"), longest=MAX_DOCUMENT_BYTES)
    except (JwsError, UnicodeDecodeError):
        raise BadDocument("the file is no certificate document") from None
    if jws.header.get("typ") != TYPE:
        raise BadDocument("the file is signed for something else than a certificate")
    if not jws.is_by(key):
        raise BadDocument("the signature does not fit: the document was altered, or signed with another key")
    return DocumentVerdict(
        True, "signed with this key, and unaltered since", _document(jws.claims), str(jws.header.get("kid", ""))
    )


def _document(claims: Mapping[str, Any]) -> Document:
    if claims.get("ver") != FORMAT or claims.keys() != _CLAIMS:
        raise BadDocument("the document is of another format")
    fields = claims["fld"]
    if not all(isinstance(claims[name], str) for name in _TEXTS) or not _are_texts(fields):
        raise BadDocument("a part of the document has the wrong type")
    return Document(
        number=claims["num"],
        kind=claims["kind"],
        code=claims["code"],
        name=claims["name"],
        issuer=claims["iss"],
        issuer_name=claims["org"],
        holder=claims["hol"],
        holder_number=claims["hid"],
        issued_on=_day(claims["on"]),
        valid_until=_day(claims["until"]) if claims["until"] is not None else None,
        fields=fields,
    )


def _are_texts(fields: object) -> bool:
    return isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values())


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadDocument("a day in the document is malformed") from None
