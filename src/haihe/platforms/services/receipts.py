"""The receipt of a case (受理回执): on paper for the applicant, and what its QR code shows to whoever has it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from haihe.platforms.services.certificates import api as certificates
from haihe.platforms.services.errors import CaseNotFound
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemDefinition
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations.sealing import open_form
from haihe.platforms.services.wording import organisation_name, state_told

_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the applicant takes home; `picture` leads to the public page of the case. `signature` is one by hand."""

    case: Case
    item: ItemDefinition
    authority: str
    state: str
    address: str
    picture: SafeString
    signature: forms.Drawing | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What anybody is told who has the receipt: how far the case is and until when; nothing of whom it is about."""

    number: str
    item: str
    authority: str
    state: str
    opened_at: datetime
    due_at: datetime | None
    promised_days: int
    closed_at: datetime | None


def receipt_of(case: Case, *, base: str) -> Receipt:
    """Return the receipt of a case that the reader may know of. `base` is where this installation is reached."""
    address = f"{base}{reverse('services:progress', args=[case.number, token_of(case.number)])}"
    return Receipt(
        case=case,
        item=case.item.definition,
        authority=organisation_name(case.organisation),
        state=state_told(case),
        address=address,
        picture=certificates.qr_picture(address, title=_("查看办理进度的二维码")),
        signature=_signature(case),
    )


def _signature(case: Case) -> forms.Drawing | None:
    values, _uploads = open_form(case)
    definition = case.item.definition.form
    return forms.signature_drawn(forms.parse(definition), values) if values and definition else None


def progress_of(*, number: str, token: str, address: str, now: datetime) -> Progress:
    """Return how far the case is whose receipt bears this token. Raises: CaseNotFound, TooManyGuesses."""
    with certificates.counted(number="", address=address, now=now):
        if not certificates.codes.is_token_of(_what(number), token[:_LONGEST]):
            raise CaseNotFound
        case = Case.objects.select_related("item").filter(number=number).first()
        if case is None:
            raise CaseNotFound
    item = case.item.definition
    return Progress(
        number=case.number,
        item=str(item.name),
        authority=organisation_name(case.organisation),
        state=state_told(case),
        opened_at=case.opened_at,
        due_at=case.due_at,
        promised_days=item.promised_days,
        closed_at=case.closed_at,
    )


def token_of(number: str) -> str:
    """Return what opens the public page of a case: 128 bits that only a receipt has."""
    return certificates.codes.token_of(_what(number))


def _what(number: str) -> str:
    return f"receipt {number}"
