"""Issue a certificate: numbered, signed, sealed, and told to its holder. The same case issues each once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.keys import api as keys
from haihe.base.numbering.api import next_number
from haihe.city import api as city
from haihe.kernel.certificate_document import BadDocument, Document
from haihe.kernel.masking import mask_id_number, mask_name
from haihe.kernel.text import normalise, tidy
from haihe.platforms.services.certificates import sealing, telling
from haihe.platforms.services.certificates.definitions import (
    CertificateKind,
    HolderKind,
    KindField,
    ShownTo,
    kind_of,
)
from haihe.platforms.services.certificates.errors import InputRefused, NotNow
from haihe.platforms.services.certificates.models import Certificate
from haihe.platforms.services.certificates.operations.moving import move, record
from haihe.platforms.services.certificates.workflow import CertificateState

_LONGEST_HOLDER = 120


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds it. `number`: identity number or credit code, "" where there is none yet: then it lies with the keeper.

    `keeper_key` is the person in whose wallet an organisation's, or such a person's, certificate lies.
    """

    name: str
    number: str = field(repr=False)
    keeper_key: bytes | None = None


@transaction.atomic
def issue(
    *,
    actor: Actor,
    kind: str,
    holder: Holder,
    fields: Mapping[str, str],
    case_number: str = "",
    valid_until: date | None = None,
    now: datetime,
) -> Certificate:
    """Return the certificate; what this case issued before is returned again. An officer of the issuer, or SYSTEM.

    Where a holder has one of this kind at a time, the new one takes the old one's place and, for what isn't said,
    its fields; a suspended one can't be replaced. Raises: KeyError, NotPermitted, InputRefused, NotNow.
    """
    of = kind_of(kind)
    require(actor, Role.CLERK, Role.APPROVER, organisation=of.issuer)
    subject_key = _subject_key(holder)
    # Also serialises two that would be issued at once.
    number = next_number(of.prefix, Certificate.objects.all(), now)
    again = Certificate.objects.filter(kind=kind, case_number=case_number, subject_key=subject_key).first()
    if case_number and again is not None:
        return again
    earlier = _earlier(of, subject_key)
    told = _told(of, fields, earlier)
    document = _document(of, number, holder, told, until=valid_until, now=now)
    row = _row(of, document, holder, subject_key, now)
    row.case_number = case_number
    row.save(force_insert=True)
    record(row, "issue", actor=actor, now=now, target=CertificateState.VALID, facts={"case": case_number})
    _end_others(of, row, earlier, actor, now)
    telling.tell_holder(row, "issue", now=now)
    return row


def _subject_key(holder: Holder) -> bytes:
    if holder.number:
        return keys.keyring().subject_key(holder.number)
    if holder.keeper_key is None:
        raise InputRefused(_("证照要有持证人的证件号码。"))
    return holder.keeper_key


def _earlier(kind: CertificateKind, subject_key: bytes) -> list[Certificate]:
    """Return what the new one takes the place of. Raises: NotNow."""
    if not kind.once:
        return []
    rows = Certificate.objects.select_for_update().filter(kind=kind.slug, subject_key=subject_key)
    standing = list(rows.exclude(state__in=(CertificateState.REVOKED, CertificateState.CANCELLED)))
    if any(row.state == CertificateState.SUSPENDED for row in standing):
        raise NotNow(_("持证人的同类证照正在暂扣，暂扣期间不能换发。请先恢复或者处理完毕。"))
    return standing


def _told(kind: CertificateKind, fields: Mapping[str, str], earlier: list[Certificate]) -> dict[str, str]:
    before = sealing.document_of(earlier[0]).fields if earlier else {}
    said = {one.name: tidy(str(fields.get(one.name) or before.get(one.name) or "")) for one in kind.fields}
    return {name: value for name, value in said.items() if value}


def _document(
    kind: CertificateKind, number: str, holder: Holder, fields: Mapping[str, str], *, until: date | None, now: datetime
) -> Document:
    name = normalise(holder.name)
    if not 0 < len(name) <= _LONGEST_HOLDER:
        raise InputRefused(_("证照要有持证人的名称。"))
    today = timezone.localdate(now)
    if until is not None and until < today:
        raise InputRefused(_("有效期已经过去，请核对。"))
    # A document is official: it says what it says in Chinese, whoever issues it.
    with translation.override("zh-hans"):
        issuer = city.organisation(kind.issuer)
        return Document(
            number=number,
            kind=kind.slug,
            code=kind.code,
            name=str(kind.name),
            issuer=kind.issuer,
            issuer_name=issuer.name if issuer else kind.issuer,
            holder=name,
            holder_number=holder.number,
            issued_on=today,
            valid_until=until or _term(kind, today),
            fields=fields,
        )


def _term(kind: CertificateKind, today: date) -> date | None:
    """Return the last day: the one before the same day `years` on."""
    if not kind.years:
        return None
    year = today.year + kind.years
    try:
        ends = today.replace(year=year)
    except ValueError:
        ends = date(year, 3, 1)
    return date.fromordinal(ends.toordinal() - 1)


def _row(kind: CertificateKind, document: Document, holder: Holder, subject_key: bytes, now: datetime) -> Certificate:
    is_person = kind.holder is HolderKind.PERSON
    try:
        sealed = sealing.sealed(document)
    except BadDocument:
        raise InputRefused(_("证照内容太长，请精简后再办理。")) from None
    return Certificate(
        number=document.number,
        kind=kind.slug,
        issuer=kind.issuer,
        holder_kind=kind.holder,
        subject_key=subject_key,
        keeper_key=holder.keeper_key,
        masked_holder=mask_name(document.holder) if is_person else document.holder,
        masked_number=mask_id_number(document.holder_number) if is_person else document.holder_number,
        shown={one.name: _masked(one, document.fields) for one in kind.fields if _is_shown(one, document.fields)},
        sealed_document=sealed,
        issued_on=document.issued_on,
        issued_at=now,
        valid_until=document.valid_until,
    )


def _is_shown(field: KindField, fields: Mapping[str, str]) -> bool:
    return field.shown is not ShownTo.HIDDEN and field.name in fields


def _masked(field: KindField, fields: Mapping[str, str]) -> str:
    value = fields[field.name]
    return {"name": mask_name, "middle": mask_id_number}.get(field.mask, str)(value)


def _end_others(
    kind: CertificateKind, row: Certificate, earlier: list[Certificate], actor: Actor, now: datetime
) -> None:
    others = Certificate.objects.select_for_update().filter(kind__in=kind.ends, subject_key=bytes(row.subject_key))
    ended = list(others.exclude(state__in=(CertificateState.REVOKED, CertificateState.CANCELLED)))
    for old in (*earlier, *ended):
        old.replaced_by = row if old in earlier else None
        move(old, "cancel", actor=actor, now=now, facts={"by": row.number})
