"""A new version of an item that waits for the approver of the housing-fund centre: clearer, with an answer more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import actor_for
from haihe.platforms.services.items import operations, queries
from haihe.platforms.services.items.elements.columns import ITEM
from haihe.platforms.services.items.models import ItemDraft

SLUG: Final = "housing-fund-early-repayment"
_STEWARD: Final = "steward_gjj"
_HOLDS_IN: Final = timedelta(days=14)
_SAYS: Final = {
    "summary.zh": "公积金贷款可以在手机上提前还一部分或者全部还清，当天办好，不收违约金；缩短年限还是减少月供由您选。",
    "summary.en": "Repay all or part of a housing-fund loan on the phone, on the same day and without a penalty;"
    " shorten the term or lower the instalments, as you choose.",
    "statutory_days": "2",
}
_CONDITION: Final = {
    "zh": "贷款没有逾期，部分还款不少于五千元",
    "en": "No arrears; at least 5,000 yuan for partial repayment",
}
_ANSWER: Final = {
    "q.zh": "全部还清以后怎么解除抵押？",
    "q.en": "How is the mortgage released once all is repaid?",
    "a.zh": "不用再跑登记中心：结清信息由中心送给不动产登记，抵押当天注销。",
    "a.en": "No trip to the registry: the centre sends it word, and the mortgage is released the same day.",
}


@transaction.atomic
def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant the draft once; what became of it later is nobody's to undo."""
    newest = queries.newest_version(SLUG)
    if newest is None or ItemDraft.objects.filter(slug=SLUG).exists():
        return
    progress("草稿", 0.5)
    steward, begun = actor_for(_STEWARD, now=now), now - timedelta(hours=3)
    draft = operations.begin_draft(actor=steward, slug=SLUG, now=begun)
    day = max(timezone.localdate(now + _HOLDS_IN), newest.in_force_from)
    item = ItemDraft.objects.get(pk=draft).rows[ITEM][0] | _SAYS | {"in_force_from": day.isoformat()}
    for revision, (key, rows) in enumerate(
        (("item", [item]), ("conditions", [_CONDITION]), ("faq", [_ANSWER])), start=1
    ):
        operations.save_table(actor=steward, draft=draft, key=key, rows=rows, revision=revision, now=begun)
    operations.move_draft(actor=steward, draft=draft, name="submit", now=now - timedelta(hours=2))
