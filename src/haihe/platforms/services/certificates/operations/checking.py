"""A stranger checks a certificate: by QR code, by number and code, or by the document itself. Nothing is unsealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from haihe.kernel.certificate_document import MAX_DOCUMENT_BYTES, verify_document
from haihe.platforms.services.certificates import codes, sealing
from haihe.platforms.services.certificates.errors import CertificateNotFound
from haihe.platforms.services.certificates.guarding import counted
from haihe.platforms.services.certificates.models import Certificate

QR, CODE, DOCUMENT = "QR", "CODE", "DOCUMENT"
_LONGEST: Final = 64
_LOOK = """
INSERT INTO services_certificates_certificatelook (certificate_id, "on", way, times) VALUES (%s, %s, %s, 1)
ON CONFLICT (certificate_id, "on", way) DO UPDATE SET times = services_certificates_certificatelook.times + 1
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that was handed in: of which certificate, if it is genuine; `reason` is why it isn't."""

    certificate: Certificate | None
    reason: str = ""


def what(certificate: Certificate) -> str:
    """Return what its codes are made of."""
    return f"certificate {certificate.number} {certificate.code_serial}"


def check_by_token(*, number: str, token: str, address: str, now: datetime) -> Certificate:
    """Return the certificate that a QR code leads to. Raises: CertificateNotFound, TooManyGuesses."""
    with counted(number="", address=address, now=now):
        row = _row(number)
        if row is None or not codes.is_token_of(what(row), token[:_LONGEST]):
            raise CertificateNotFound
    _note(row, QR, now)
    return row


def check_by_code(*, number: str, code: str, address: str, now: datetime) -> Certificate:
    """Return the certificate of this number if the code is its own. Raises: CertificateNotFound, TooManyGuesses."""
    typed = number.strip().upper()[:_LONGEST]
    with counted(number=typed, address=address, now=now):
        row = _row(typed)
        if row is None or not codes.is_code_of(what(row), code[:_LONGEST]):
            raise CertificateNotFound
    _note(row, CODE, now)
    return row


def check_document(data: bytes, *, now: datetime) -> Checked:
    """Check a document's signature, and say of which certificate it is; the page then says whether that still holds."""
    if len(data) > MAX_DOCUMENT_BYTES:
        return Checked(None, "too long")
    verdict = verify_document(data, key=sealing.public_key())
    row = _row(verdict.document.number) if verdict.document else None
    if row is None:
        return Checked(None, verdict.reason)
    _note(row, DOCUMENT, now)
    return Checked(row)


def _row(number: str) -> Certificate | None:
    return Certificate.objects.filter(number=number.replace("\x00", "")).first()


def _note(row: Certificate, way: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [row.pk, timezone.localdate(now), way])
