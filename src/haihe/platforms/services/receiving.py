"""Takes what forms hand over, once and in their transaction."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.platforms.services import operations
from haihe.platforms.services.adapters import LedgerTrace, verifier
from haihe.platforms.services.errors import AlreadyOpen, ServicesError
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemNotFound, bundle_of
from haihe.platforms.services.models import Channel, SubjectKind

_AMOUNT = ("amount", "amount_yuan")
_HEAD = "legal_representative_id_number"


def receive(application: forms.Application, actor: Actor, now: datetime) -> forms.Received:
    """Open the case of an application; what data proves is asked as soon as this is kept. Raises: NotReceived."""
    channel = Channel.WINDOW if application.channel == forms.WINDOW else Channel.PHONE
    try:
        number = operations.open_case(actor=actor, application=_as_ours(application, channel), now=now)
    except AlreadyOpen as earlier:
        raise forms.NotReceived(earlier.message) from earlier
    except (ServicesError, ItemNotFound) as wrong:
        raise forms.NotReceived(wrong.message, getattr(wrong, "field", "")) from wrong
    except NotPermitted as wrong:
        raise forms.NotReceived(_("这项申请不能由您在这里提交，请到窗口咨询。")) from wrong
    transaction.on_commit(lambda: _ask(number, now))
    page = "services:desk-case" if channel == Channel.WINDOW else "services:case"
    return forms.Received(number, reverse(page, args=[number]))


def bind(bound: forms.Bound, actor: Actor, now: datetime) -> forms.Received:
    """Tie the cases of one form together; return the life event and its page."""
    bundle = bundle_of(bound.slug)
    if bundle is None:
        raise ValueError(f"no life event is offered as {bound.slug}")
    channel = Channel.WINDOW if bound.channel == forms.WINDOW else Channel.PHONE
    number = operations.bind_cases(
        actor=actor, bundle=bundle.slug, cases=bound.cases, channel=channel, token=bound.token, now=now
    )
    page = "services:desk-life-event" if channel == Channel.WINDOW else "services:life-event"
    return forms.Received(number, reverse(page, args=[number]))


def _as_ours(application: forms.Application, channel: Channel) -> operations.Application:
    return operations.Application(
        item=application.item_slug,
        id_number=application.applicant.number,
        name=application.applicant.name,
        channel=channel,
        informed=True,
        token=application.token,
        amount_yuan=_amount(application.values),
        values=application.values,
        uploads={name: " ".join(str(one) for one in ids) for name, ids in application.uploads.items()},
        acted_for=_acted_for(application),
        registered=application.corrected,
    )


def _acted_for(application: forms.Application) -> operations.ActedFor | None:
    behalf = application.on_behalf_of
    if behalf is None:
        return None
    head = str(application.values.get(_HEAD) or "") if behalf.party.kind is forms.PartyKind.ORGANISATION else ""
    return operations.ActedFor(
        kind=SubjectKind(behalf.party.kind.value),
        name=behalf.party.name,
        number=behalf.party.number,
        relation=behalf.relation,
        rests_on=behalf.rests_on,
        head=head,
    )


def _amount(values: Mapping[str, object]) -> Decimal | None:
    """Return the sum that the form asks for, where it has a field for one."""
    for name in _AMOUNT:
        try:
            return Decimal(str(values[name]))
        except (KeyError, InvalidOperation):
            continue
    return None


def _ask(number: str, now: datetime) -> None:
    operations.ask_data(number=number, verifier=verifier(), trace=LedgerTrace(), now=now)
