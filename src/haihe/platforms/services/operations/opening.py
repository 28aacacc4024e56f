"""Open a case: once per form, one undecided per person and item, under the version in force that day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.base.keys import api as keys
from haihe.kernel.identifiers import IdentifierError, parse_id_number
from haihe.kernel.masking import mask_id_number, mask_name
from haihe.kernel.text import normalise
from haihe.platforms.services.due import due_after
from haihe.platforms.services.errors import AlreadyOpen, InputRefused
from haihe.platforms.services.items.api import ItemDefinition, ItemVersion, Proof, version_in_force
from haihe.platforms.services.models import Case, Channel, Verification
from haihe.platforms.services.operations import driving
from haihe.platforms.services.operations.moving import goes_by_data, record
from haihe.platforms.services.operations.sealing import seal_applicant, seal_form
from haihe.platforms.services.operations.settling import settle
from haihe.platforms.services.process_files import DATA_DECIDES
from haihe.platforms.services.workflow import UNDECIDED

_LONGEST_NAME = 50
_LONGEST_BEHALF = 120
_NEXT_NUMBER = """
INSERT INTO services_casecounter (prefix, day, last) VALUES (%s, %s, 1)
ON CONFLICT (prefix, day) DO UPDATE SET last = services_casecounter.last + 1
RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Application:
    """What the form says. `informed`: the applicant was told what is asked and why; `token` names the form.

    `values` are the form's fields, already cleaned; `uploads` names the files by field; `on_behalf_of` is the company
    or person that it is for, as the form says it.
    """

    item: str
    id_number: str
    name: str
    channel: Channel
    informed: bool
    token: UUID
    amount_yuan: Decimal | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    uploads: Mapping[str, str] = field(default_factory=dict)
    on_behalf_of: str = ""


@transaction.atomic
def open_case(*, actor: Actor, application: Application, now: datetime) -> str:
    """Return the number of the case; the same form sent again returns the same number.

    At the window a clerk of the item's authority opens it, on the phone the citizen for themselves only.
    Raises: ItemNotFound, InputRefused, AlreadyOpen, NotPermitted.
    """
    version = version_in_force(application.item, on=timezone.localdate(now))
    item = version.definition
    opener = _check_channel(actor, item, application.channel)
    if earlier := Case.objects.filter(opened_by=opener, token=application.token).first():
        return earlier.number
    id_number, name = _check_person(application)
    _check_terms(application, item)
    subject_key = keys.keyring().subject_key(id_number)
    if application.channel == Channel.PHONE and subject_key != actor.subject_key:
        raise NotPermitted("a citizen applies for themselves")
    return _create(actor, opener, application, version, id_number, name, now)


def _check_channel(actor: Actor, item: ItemDefinition, channel: Channel) -> UUID:
    if actor.user_id is None:
        raise NotPermitted("a case is opened by a person")
    if channel == Channel.WINDOW:
        require(actor, Role.CLERK, organisation=item.authority)
    else:
        require(actor, Role.CITIZEN)
    return actor.user_id


def _check_person(application: Application) -> tuple[str, str]:
    try:
        id_number = parse_id_number(application.id_number).value
    except IdentifierError as wrong:
        raise InputRefused("id_number", wrong.message_zh) from wrong
    name = normalise(application.name)
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InputRefused("name", _("请填写身份证上的姓名。"))
    return id_number, name


def _check_terms(application: Application, item: ItemDefinition) -> None:
    amount, bounds = application.amount_yuan, item.amount
    if bounds and not (amount and amount.is_finite() and bounds.min_yuan <= amount <= bounds.max_yuan):
        told = _("提取金额应在 %(min)s 元到 %(max)s 元之间。")
        raise InputRefused("amount_yuan", told % {"min": f"{bounds.min_yuan:,}", "max": f"{bounds.max_yuan:,}"})
    if not application.informed:
        raise InputRefused("informed", _("请先告知申请人将核验哪些数据，并勾选确认。"))


def _create(
    actor: Actor,
    opener: UUID,
    application: Application,
    version: ItemVersion,
    id_number: str,
    name: str,
    now: datetime,
) -> str:
    item = version.definition
    subject_key = keys.keyring().subject_key(id_number)
    # Also serialises two forms of one person that arrive at once.
    number = _next_number(item.case_prefix, now)
    again = Case.objects.filter(opened_by=opener, token=application.token).first()
    if again is not None:
        return again.number
    same = Case.objects.filter(item_slug=item.slug, subject_key=subject_key, state__in=UNDECIDED).first()
    if same is not None:
        raise AlreadyOpen(same.number)
    amount = application.amount_yuan if item.amount else None
    process_case = driving.begin(
        item.process, values=application.values, promised_days=item.promised_days, actor=actor, now=now
    )
    case = Case.objects.create(
        process_case_id=process_case,
        sealed_form=seal_form(number, application),
        on_behalf_of=application.on_behalf_of[:_LONGEST_BEHALF],
        number=number,
        item=version,
        item_slug=item.slug,
        organisation=item.authority,
        subject_key=subject_key,
        sealed_applicant=seal_applicant(number, id_number, name),
        masked_name=mask_name(name),
        masked_id_number=mask_id_number(id_number),
        channel=application.channel,
        amount_yuan=amount.quantize(Decimal("0.01")) if amount else None,
        token=application.token,
        opened_by=opener,
        opened_name=actor.name,
        opened_at=now,
        informed_at=now,
        # Elsewhere the promised time runs from when the application is accepted.
        due_at=due_after(now, item.promised_days) if item.process == DATA_DECIDES else None,
    )
    is_asked = _list_papers(case, item, application.values, now)
    facts: dict[str, str | int | None] = {"channel": case.channel}
    record(case, "open", actor=actor, now=now, facts=facts | ({"amount_yuan": str(case.amount_yuan)} if amount else {}))
    if not is_asked:
        settle(case, now=now)
    return number


def _list_papers(case: Case, item: ItemDefinition, values: Mapping[str, object], now: datetime) -> bool:
    """List what data is asked for; return whether anything is.

    Where data decides, the papers of which a person has to judge are listed too: they decide with it.
    """
    listed = [paper for paper in item.papers if paper.verify or (goes_by_data(case) and paper.proof is not Proof.SHOW)]
    for paper in listed:
        ask = paper.verify
        Verification.objects.create(
            case=case,
            paper=paper.slug,
            service=ask.service if ask else "",
            resource=ask.resource if ask else "",
            # Due at once: if this process dies before it asks, the sweep asks.
            next_ask_at=now if ask else None,
        )
    return bool(listed)


def _next_number(prefix: str, now: datetime) -> str:
    day = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [prefix, day])
        (last,) = cursor.fetchone()
    return f"{prefix}-{day:%Y%m%d}-{last:06d}"
