"""A department entrusts acceptance to the counters of a hall, and takes it back; the clerk there accepts."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.platforms.services import api as cases
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemNotFound, version_in_force
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import EntrustedAcceptance, Hall
from haihe.platforms.services.window.operations.serving import serving

_SHORTEST, _LONGEST = 4, 200


def entrust(
    *, actor: Actor, authority: str, organisation: str, item: str, basis: str, now: datetime
) -> EntrustedAcceptance:
    """Let a body's counters accept applications of the authority. Raises: NotPermitted, InputRefused."""
    require(actor, Role.APPROVER, organisation=authority)
    if actor.user_id is None:
        raise NotPermitted("a person answers for what is entrusted")
    if not Hall.objects.filter(organisation=organisation).exists():
        raise InputRefused("organisation", _("请选择管理大厅的单位。"))
    if item and not _is_of(item, authority, now):
        raise InputRefused("item", _("请选择本单位的事项。"))
    told = basis.strip()
    if not _SHORTEST <= len(told) <= _LONGEST:
        raise InputRefused("basis", _("请写明委托的依据，如委托协议的名称和文号，4 到 200 个字。"))
    try:
        with transaction.atomic():
            return EntrustedAcceptance.objects.create(
                authority=authority,
                item_slug=item,
                organisation=organisation,
                basis=told,
                given_by=actor.user_id,
                given_name=actor.name,
                given_at=now,
            )
    except IntegrityError:
        raise InputRefused("item", _("这些事项已经委托给这个单位。")) from None


def take_back(*, actor: Actor, pk: int, now: datetime) -> None:
    """End what was entrusted, from now on; what was accepted stays accepted. Raises: NotFound."""
    own = EntrustedAcceptance.objects.filter(pk=pk, authority__in=actor.organisations(Role.APPROVER), ended_at=None)
    if own.update(ended_at=now, ended_name=actor.name) != 1:
        raise NotFound


@transaction.atomic
def accept_case(*, actor: Actor, ticket_id: UUID, number: str, choice: str, note: str, now: datetime) -> None:
    """Take the step of acceptance of a case that was taken in during this visit. Raises: NotFound, NotNow."""
    ticket = serving(actor, ticket_id)
    drafts = list(ticket.items.values_list("draft", flat=True))
    if number not in forms.cases_of(drafts).values():
        raise NotFound
    try:
        cases.accept_at_front(actor=actor, number=number, choice=choice, note=note, now=now)
    except (cases.CaseNotFound, NotPermitted):
        raise NotFound from None
    except cases.ServicesError as refused:
        raise NotNow(refused.message) from refused


def _is_of(item: str, authority: str, now: datetime) -> bool:
    try:
        return version_in_force(item, on=timezone.localdate(now)).definition.authority == authority
    except ItemNotFound:
        return False
