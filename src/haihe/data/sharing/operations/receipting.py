"""What receipts of the exchange tell: that data was handed over (art. 22), and that it is gone at the end (art. 27)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM
from haihe.data.sharing.events import announce_grant
from haihe.data.sharing.models import Disposal, DisposalMethod, Grant
from haihe.data.sharing.operations.delivering import make_delivery_move
from haihe.data.sharing.operations.disposing import report_gone
from haihe.data.sharing.workflow import GRANT, GrantState, Part
from haihe.data.sharing.workflow_closing import DisposalState


@transaction.atomic
def hand_over_by_receipt(*, grant_id: UUID, number: str, rows: int, now: datetime) -> bool:
    """Note that a delivery's receipt shows the data with its user; False where the grant doesn't wait for it.

    The user confirms or objects as if the owner had handed over by hand.
    """
    found = Grant.objects.select_for_update(of=("self",)).select_related("service", "request__renews")
    row = found.filter(pk=grant_id, state=GrantState.PREPARING).first()
    if row is None or row.is_served:
        return False
    words = _("系统自动交付 %(rows)s 行，回执 %(number)s。") % {"rows": rows, "number": number}
    make_delivery_move(row, SYSTEM, Part.SYSTEM, GRANT.move(row.state, "hand_over_by_receipt"), words, now)
    announce_grant(row)
    return True


@transaction.atomic
def report_removal(*, grant_id: UUID, numbers: Sequence[str], now: datetime) -> bool:
    """Report to the owner, in the user's place, that all that was delivered is gone; `numbers` are the receipts'.

    False where that isn't all, as something was handed over by hand too, or where nothing is left to report.
    """
    found = Disposal.objects.select_for_update(of=("self",)).select_related("grant__service", "grant__request")
    row = found.filter(grant_id=grant_id, state=DisposalState.DUE).first()
    if row is None or row.grant.events.filter(name="hand_over").exists():
        return False
    words = _("系统交付的数据已从交付目标清除，清除后读回 0 行，回执 %(numbers)s。") % {"numbers": "、".join(numbers)}
    report_gone(row, words, method=DisposalMethod.DELETED, on=timezone.localdate(now), now=now)
    return True
