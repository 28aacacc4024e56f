"""Lay down the demo's linkage by the operations that people use; what is there already is left as it is."""

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from haihe.base.accounts.api import Actor, actor_for
from haihe.city.cast import SOCIAL_SECURITY
from haihe.data.matching.demo.laying import city_folder, code_of, feed, permit, register
from haihe.data.matching.demo.people import plant_people
from haihe.data.matching.review.asking import Wish
from haihe.data.matching.review.demo.entries import ENTRIES, OUTREACH, PERMISSION, PURPOSE, RESIDENTS
from haihe.data.matching.review.demo.registers import outreach_file, residents_file
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.operations.judging import judge_pair, open_pair
from haihe.data.matching.review.operations.processing import process_linkage_run
from haihe.data.matching.review.operations.starting import start_linkage
from haihe.data.matching.review.workflow import LinkageRunState

logger = logging.getLogger(__name__)
BY_BOTH: Final[tuple[tuple[int, bool, bool], ...]] = ((0, True, False), (1, True, True), (5, False, False))
"""The place of a pair in the queue, and what each of two persons says: the first is for an approver to settle."""
BY_ONE: Final[tuple[tuple[int, bool | None], ...]] = ((3, True), (4, None))
"""Those that one person has looked at."""


def lay_down(*, now: datetime) -> None:
    """Raises: DemoNotLaid where a register can't be published."""
    plant_people(now=now)
    for entry in ENTRIES:
        register(entry, now=now)
    residents, outreach = (code_of(one.owner, one.title) for one in (RESIDENTS, OUTREACH))
    folder = city_folder()
    feed(residents, RESIDENTS.owner, "residents", lambda titles: residents_file(titles, folder=folder), now=now)
    feed(outreach, OUTREACH.owner, "outreach", lambda titles: outreach_file(titles, folder=folder), now=now)
    permit(PERMISSION, (PERMISSION,), now=now)
    if not LinkageRun.objects.filter(left_resource=outreach, right_resource=residents).exists():
        _link(outreach, residents, now)


def _link(outreach: str, residents: str, now: datetime) -> None:
    steward, second = (actor_for(username, now=now) for username in ("steward_rsj", "reviewer_rsj"))
    wish = Wish(SOCIAL_SECURITY, PURPOSE, PERMISSION.legal_basis, outreach, residents)
    # In one transaction: the job that is asked for finds it done.
    with transaction.atomic():
        run = LinkageRun.objects.get(number=start_linkage(actor=steward, wish=wish, now=now))
        process_linkage_run(run.id, now=now)
    run.refresh_from_db()
    if run.state != LinkageRunState.DONE:
        logger.warning("the demo's linkage ended as %s: %s", run.state, run.outcome)
        return
    pairs = dict(enumerate(run.pairs.all()[:6]))
    said = [*((steward, place, same) for place, same, _ in BY_BOTH), *((steward, *one) for one in BY_ONE)]
    said += ((second, place, same) for place, _, same in BY_BOTH)
    for actor, place, same in said:
        if place in pairs:
            _judge(actor, pairs[place], same, now)


def _judge(actor: Actor, pair: LinkagePair, same: bool | None, now: datetime) -> None:
    """Look first, as people do."""
    open_pair(actor=actor, pair_id=pair.pk, now=now)
    judge_pair(actor=actor, pair_id=pair.pk, same=same, words="", now=now)
