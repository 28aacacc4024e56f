"""Making figures of a model public: exact where no count is small, else with noise out of the register's budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.matching.errors import NotNow
from haihe.data.matching.models import MatchModel
from haihe.data.matching.privacy.counting import Cells, Facts, count_model
from haihe.data.matching.privacy.models import PublicFigures
from haihe.data.matching.privacy.noise import Noise, NoiseMissing, discrete_laplace
from haihe.data.matching.queries import model_for

EPSILON: Final = 0.5
"""What one publication costs: somebody's presence changes the odds of any figure by less than two thirds."""
YEARLY: Final = 2.0
"""What all publications about one register may cost in a calendar year."""
SMALL: Final = 20
"""A count below is small, and none of the table's figures is then given as it is."""
_LOCK_SPACE: Final = 0x50524956


@dataclass(frozen=True, slots=True)
class Published:
    """What came of asking to publish: `is_new` is false where the same facts stand published already."""

    figures: PublicFigures
    is_new: bool


def publish_figures(*, actor: Actor, number: str, now: datetime, noise: Noise = discrete_laplace) -> Published:
    """Make the counts of a model public, by district. An approver of the department does it.

    Where nothing changed since the last publication, that one stays: drawn again, its noise could be averaged away.
    Raises: NotFound, NotPermitted, NotNow (nothing to count, or the budget is spent).
    """
    model = model_for(actor, number)
    require(actor, Role.APPROVER, organisation=model.organisation)
    year = timezone.localdate(now).year
    with transaction.atomic():
        locked = MatchModel.objects.select_for_update().get(pk=model.pk)
        facts = count_model(locked)
        mark = facts.mark(locked)
        last = newest_figures(locked)
        if last is not None and last.facts_mark == mark:
            return Published(last, is_new=False)
        small = is_small(facts.cells)
        if small and left_of(facts.resource, year, lock=True) < EPSILON:
            raise NotNow(_("这份数据今年的隐私预算已经用完，不能再公布小数目的统计。"))
        counts, steps = _shown(facts, _with_noise(facts.cells, noise) if small else facts.cells)
        made = PublicFigures.objects.create(
            model=locked,
            run=facts.run,
            resource=facts.resource,
            year=year,
            epsilon=EPSILON if small else 0.0,
            counts=counts,
            steps=steps,
            kind=facts.kind,
            facts_mark=mark,
            published_by=actor.user_id,
            published_name=actor.name,
            published_at=now,
        )
    return Published(made, is_new=True)


def newest_figures(model: MatchModel) -> PublicFigures | None:
    return PublicFigures.objects.filter(model=model).first()


def is_small(cells: Cells) -> bool:
    """True if somebody could be told from a count as it is."""
    return any(count < SMALL for of in cells.values() for count in of)


def left_of(resource: str, year: int, *, lock: bool = False) -> float:
    """Return what is left of a register's budget; `lock` keeps others from spending it until the transaction ends."""
    if lock:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, f"{resource} {year}"])
    return YEARLY - _spent(resource=resource, year=year)


def spent_by(model: MatchModel, year: int) -> float:
    """Return what the publications of one model have cost in a year."""
    return _spent(model=model, year=year)


def _spent(**of: Any) -> float:
    return float(PublicFigures.objects.filter(**of).aggregate(all=Sum("epsilon"))["all"] or 0.0)


def _with_noise(cells: Cells, noise: Noise) -> Cells:
    """One person stands in one cell, so noise for a sensitivity of one hides them in the whole table."""
    try:
        drawn = noise([count for of in cells.values() for count in of], epsilon=EPSILON)
    except NoiseMissing:
        raise NotNow(_("服务器没有安装隐私保护组件（haihe[privacy]），请联系大数据中心。")) from None
    return {code: (drawn[3 * n], drawn[3 * n + 1], drawn[3 * n + 2]) for n, code in enumerate(cells)}


def _shown(facts: Facts, cells: Cells) -> tuple[dict[str, int], dict[str, Any]]:
    """Return what people see, made of the (noisy) cells alone, which tells no more than they do."""
    by = {code: _grown(of) for code, of in cells.items()}
    total = _grown([sum(of[step] for of in cells.values()) for step in range(3)])
    counts = {code: found for code, (found, _reached, _done) in by.items()}
    return counts, {"by": {code: [reached, done] for code, (_f, reached, done) in by.items()}, "total": list(total)}


def _grown(of: Sequence[int]) -> tuple[int, int, int]:
    """Turn disjoint steps into found ≥ reached ≥ ended, none below nothing."""
    waiting, reached, done = of
    found = max(0, waiting + reached + done)
    both = min(found, max(0, reached + done))
    return found, both, min(both, max(0, done))
