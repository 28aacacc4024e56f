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
from haihe.platforms.services.due import due_after
from haihe.platforms.services.errors import AlreadyOpen, InputRefused
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemDefinition, ItemVersion, Proof, version_in_force
from haihe.platforms.services.models import Case, Channel, Verification
from haihe.platforms.services.operations import driving
from haihe.platforms.services.operations.certifying import note_certificates
from haihe.platforms.services.operations.filing import ActedFor, Filed, filed
from haihe.platforms.services.operations.moving import goes_by_data, record
from haihe.platforms.services.operations.sealing import seal_applicant, seal_form
from haihe.platforms.services.operations.settling import settle
from haihe.platforms.services.process_files import DATA_DECIDES
from haihe.platforms.services.workflow import UNDECIDED

_NEXT_NUMBER = """
INSERT INTO services_casecounter (prefix, day, last) VALUES (%s, %s, 1)
ON CONFLICT (prefix, day) DO UPDATE SET last = services_casecounter.last + 1
RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Application:
    """What the form says. `informed`: the applicant was told what is asked and why; `token` names the form.

    `id_number` and `name` are of whoever applies; `acted_for` is the person or company that it is for, where that is
    somebody else. `values` are the form's fields, already cleaned; `uploads` names the files by field;
    `registered` is what registers say where the applicant says something else.
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
    acted_for: ActedFor | None = None
    registered: Mapping[str, forms.Known] = field(default_factory=dict, repr=False)


@transaction.atomic
def open_case(*, actor: Actor, application: Application, now: datetime) -> str:
    """Return the number of the case; the same form sent again returns the same number.

    At the window a clerk of the item's authority opens it, on the phone whoever signed in; for whom they may act is
    checked where the form says so.
    Raises: ItemNotFound, InputRefused, AlreadyOpen, NotPermitted.
    """
    version = version_in_force(application.item, on=timezone.localdate(now))
    item = version.definition
    opener = _check_channel(actor, item, application.channel, now)
    if earlier := Case.objects.filter(opened_by=opener, token=application.token).first():
        return earlier.number
    place = filed(application.id_number, application.name, application.acted_for)
    _check_terms(application, item)
    if application.channel == Channel.WINDOW and not forms.may_take_in(
        actor, item.authority, item.slug, now=now, subject=place.subject_key
    ):
        raise NotPermitted("nobody agreed that the actor takes this person's matter in")
    if application.channel == Channel.PHONE and (place.actor_key or place.subject_key) != actor.subject_key:
        raise NotPermitted("a citizen applies themselves, whosoever matter it is")
    return _create(actor, opener, application, version, place, now)


def _check_channel(actor: Actor, item: ItemDefinition, channel: Channel, now: datetime) -> UUID:
    if actor.user_id is None:
        raise NotPermitted("a case is opened by a person")
    if channel == Channel.WINDOW:
        if not forms.may_take_in(actor, item.authority, item.slug, now=now):
            raise NotPermitted("a window takes in what it has a seat for")
    else:
        require(actor, Role.CITIZEN)
    return actor.user_id


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
    place: Filed,
    now: datetime,
) -> str:
    item = version.definition
    # Also serialises two forms of one person that arrive at once.
    number = next_number(item.case_prefix, now)
    again = Case.objects.filter(opened_by=opener, token=application.token).first()
    if again is not None:
        return again.number
    same = Case.objects.filter(item_slug=item.slug, subject_key=place.subject_key, state__in=UNDECIDED).first()
    if same is not None:
        raise AlreadyOpen(same.number)
    amount = application.amount_yuan if item.amount else None
    process_case = driving.begin(item, values=application.values, actor=actor, now=now)
    case = Case(
        process_case_id=process_case,
        sealed_form=seal_form(number, application),
        number=number,
        item=version,
        item_slug=item.slug,
        organisation=item.authority,
        sealed_applicant=seal_applicant(number, place.id_number, place.name),
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
    place.put_into(case)
    case.save(force_insert=True)
    note_certificates(case, item, application.values, now)
    is_asked = list_papers(case, item, application.values, now)
    facts: dict[str, str | int | None] = {"channel": case.channel}
    record(case, "open", actor=actor, now=now, facts=facts | ({"amount_yuan": str(case.amount_yuan)} if amount else {}))
    if not is_asked:
        settle(case, now=now)
    return number


def list_papers(case: Case, item: ItemDefinition, values: Mapping[str, object], now: datetime) -> bool:
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


def next_number(prefix: str, now: datetime) -> str:
    day = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [prefix, day])
        (last,) = cursor.fetchone()
    return f"{prefix}-{day:%Y%m%d}-{last:06d}"
