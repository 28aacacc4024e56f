"""With its catalogue entry a dataset is closed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM
from haihe.data.open.events import announce
from haihe.data.open.models import Dataset
from haihe.data.open.operations.recording import make_move
from haihe.data.open.workflow import SEEN_BY_ALL
from haihe.data.sharing import api as sharing


@transaction.atomic
def lapse(code: str, *, now: datetime) -> bool:
    """Withdraw the dataset of an entry that was retired; false where there is none in the open."""
    row = Dataset.objects.select_for_update().filter(code=code, state__in=SEEN_BY_ALL).first()
    if row is None:
        return False
    words = _("目录条目已下线。")
    make_move(row, SYSTEM, "lapse", now=now, words=words)
    announce(row, "lapse", now=now)
    sharing.end_applications_for(row.slug, words=words, now=now)
    return True
