"""Making figures of a run public: exact where no place is small, else with noise out of the register's budget."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import pyarrow.parquet as pq
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.city import api as city
from haihe.data.matching import places
from haihe.data.matching.definition import read_definition
from haihe.data.matching.errors import NotNow
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.ending import is_over
from haihe.data.matching.operations.living import locked_run
from haihe.data.matching.privacy.models import PublicFigures
from haihe.data.matching.privacy.noise import Noise, discrete_laplace
from haihe.data.matching.queries import run_for
from haihe.data.matching.results import RESULT
from haihe.data.matching.workflow import MatchRunState

EPSILON: Final = 0.5
"""What one publication costs: somebody's presence changes the odds of any figure by less than two thirds."""
YEARLY: Final = 2.0
"""What all publications about one register may cost in a calendar year."""
SMALL: Final = 20
"""A place with fewer is small, and none of the table's figures is then given as it is."""
_LOCK_SPACE: Final = 0x50524956
_DISTRICT_DIGITS, _CODE_DIGITS = 6, 12


def publish_figures(*, actor: Actor, number: str, now: datetime, noise: Noise = discrete_laplace) -> PublicFigures:
    """Make the matches of a run public, counted by district. An approver of the department does it, once a run.

    Raises: NotFound, NotPermitted, NotNow (published already, ended, without places, or the budget is spent).
    """
    run = run_for(actor, number)
    require(actor, Role.APPROVER, organisation=run.organisation)
    year = timezone.localdate(now).year
    with transaction.atomic():
        locked = locked_run(run.pk)
        if locked.state != MatchRunState.DONE or is_over(locked, now):
            raise NotNow(_("结果已到期，不能公布。"))
        if PublicFigures.objects.filter(run=locked).exists():
            raise NotNow(_("这次结果已经公布过统计，不能再算一次。"))
        resource = str(locked.inputs[0]["resource"])
        counts = _by_district(locked)
        small = any(count < SMALL for count in counts.values())
        if small and left_of(resource, year, lock=True) < EPSILON:
            raise NotNow(_("这份数据今年的隐私预算已经用完，不能再公布小数目的统计。"))
        shown = _with_noise(counts, noise) if small else dict(counts)
        return PublicFigures.objects.create(
            run=locked,
            resource=resource,
            year=year,
            epsilon=EPSILON if small else 0.0,
            counts=shown,
            published_by=actor.user_id,
            published_name=actor.name,
            published_at=now,
        )


def left_of(resource: str, year: int, *, lock: bool = False) -> float:
    """Return what is left of a register's budget; `lock` keeps others from spending it until the transaction ends."""
    if lock:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, f"{resource} {year}"])
    spent = PublicFigures.objects.filter(resource=resource, year=year).aggregate(all=Sum("epsilon"))["all"]
    return YEARLY - float(spent or 0.0)


def _by_district(run: MatchRun) -> Mapping[str, int]:
    """Count by district, each of them, so that a place without anybody is not told apart by its absence."""
    model = read_definition(run.version.text)
    places_shown = [n for n, part in enumerate(model.output) if part == f"{model.base.name}.division"]
    file = places.result_folder(run) / RESULT
    table = pq.read_table(file)
    column = f"output_{places_shown[0]}" if places_shown else ""
    if column not in table.column_names:
        raise NotNow(_("结果里没有基准数据的区划，不能按区公布。"))
    subjects = table["subject"].to_pylist()
    if None in subjects or len(set(subjects)) != len(subjects):
        raise NotNow(_("一个人可能不止一行，不能按人公布。"))
    found = Counter(str(code)[:_DISTRICT_DIGITS].ljust(_CODE_DIGITS, "0") for code in table[column].to_pylist() if code)
    return {one.code: found.get(one.code, 0) for one in city.divisions(level=3)}


def _with_noise(counts: Mapping[str, int], noise: Noise) -> dict[str, int]:
    """What comes out below nothing is nothing: that tells no more than the noise did."""
    noisy = noise(list(counts.values()), epsilon=EPSILON)
    return {code: max(0, count) for code, count in zip(counts, noisy, strict=True)}
