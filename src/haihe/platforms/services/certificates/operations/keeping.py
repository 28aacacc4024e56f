"""What the holder does with their own, and what an officer of the issuer may see of it: each with a line of history."""

from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.kernel.certificate_document import Document
from haihe.platforms.services.certificates import sealing
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.operations.moving import locked, record, told_reason
from haihe.platforms.services.certificates.queries import own_certificate, parts_in


@transaction.atomic
def renew_code(*, actor: Actor, number: str, now: datetime) -> None:
    """Give a certificate new check codes; the old QR code opens nothing any more. Raises: CertificateNotFound."""
    row = Certificate.objects.select_for_update().get(pk=own_certificate(actor, number).pk)
    row.code_serial += 1
    row.save(update_fields=["code_serial"])
    record(row, "renew-code", actor=actor, now=now)


@transaction.atomic
def open_wholly(*, actor: Actor, number: str, reason: str, now: datetime) -> Document:
    """Return all that a certificate says, to an officer of the issuer; the holder sees that, and why.

    Raises: CertificateNotFound, NotPermitted, InputRefused.
    """
    row = locked(actor, number)
    if not parts_in(actor, row):
        raise NotPermitted(f"opening is for officers of {row.issuer}")
    record(row, "open", actor=actor, now=now, words=told_reason(reason))
    return sealing.document_of(row)
