"""The signed document of a certificate, as it is kept: sealed under its own number."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from haihe.base.keys import api as keys
from haihe.kernel.certificate_document import Document, verify_document, write_document
from haihe.platforms.services.certificates.models import Certificate


class DocumentDamaged(Exception):
    """What is kept isn't what was signed; the message says of which certificate."""


def public_key() -> Ed25519PublicKey:
    """Return the key with which anybody checks this city's certificates."""
    return keys.keyring().certificate_private_key.public_key()


def sealed(document: Document) -> bytes:
    """Sign and seal a document."""
    text = write_document(document, key=keys.keyring().certificate_private_key)
    return keys.keyring().seal(text.encode(), context=_context(document.number))


def text_of(certificate: Certificate) -> str:
    """Return the signed text, for its holder."""
    return keys.keyring().open(bytes(certificate.sealed_document), context=_context(certificate.number)).decode()


def document_of(certificate: Certificate) -> Document:
    """Return what it says, for those who may read all of it. Raises: DocumentDamaged."""
    document = verify_document(text_of(certificate).encode(), key=public_key()).document
    if document is None or document.number != certificate.number:
        raise DocumentDamaged(certificate.number)
    return document


def _context(number: str) -> str:
    return f"certificate:{number}"
