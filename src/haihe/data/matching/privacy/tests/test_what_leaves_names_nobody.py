from math import exp, isclose
from random import Random
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import NotPermitted
from haihe.city.testing import load_two_streets
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange.testing import RELIEF as RELIEF_RESOURCE
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.models import MatchRun
from haihe.data.matching.privacy.guard import K, Right, check_export, smallest_group
from haihe.data.matching.privacy.models import PublicFigures
from haihe.data.matching.privacy.noise import discrete_laplace, loss_of
from haihe.data.matching.privacy.publishing import EPSILON, YEARLY, left_of, publish_figures
from haihe.data.matching.privacy.testing import SeededNoise
from haihe.data.matching.testing import done_run

SEEDED = SeededNoise(Random(1))  # noqa: S311 - for a test
ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy")), max_size=30)


@given(ROWS)
def test_the_smallest_group_is_the_rarest_combination(rows: list[tuple[str, str]]) -> None:
    table = pa.table({"one": [row[0] for row in rows], "two": [row[1] for row in rows]})
    assert smallest_group(table, ["one", "two"]) == min((rows.count(row) for row in rows), default=0)
    assert smallest_group(table, ["one"]) >= smallest_group(table, ["one", "two"])
    assert smallest_group(table, []) == len(rows)


def test_groups_of_five_may_leave_and_smaller_ones_only_by_right() -> None:
    check_export(pa.table({"place": ["a"] * K}), ["place"])
    small = pa.table({"place": ["a"] * (K - 1)})
    with pytest.raises(InputRefused):
        check_export(small, ["place"])
    with pytest.raises(InputRefused):
        check_export(small, ["place"], right=Right.DUTY, words="有")
    check_export(small, ["place"], right=Right.DUTY, words="社会救助暂行办法 第十三条")


def test_noise_is_about_nothing_and_as_wide_as_said() -> None:
    drawn = [count - 1000 for count in discrete_laplace([1000] * 20_000, epsilon=EPSILON)]
    # Of a discrete Laplace with decay exp(-ε): variance 2q / (1 - q)². Bounds are beyond eight standard errors.
    q = exp(-EPSILON)
    variance = 2 * q / (1 - q) ** 2
    assert abs(sum(drawn) / len(drawn)) < 8 * (variance / len(drawn)) ** 0.5
    assert 0.8 * variance < sum(one * one for one in drawn) / len(drawn) < 1.2 * variance
    assert isclose(loss_of(EPSILON), EPSILON, rel_tol=1e-6)


@pytest.mark.parametrize("epsilon", [0, -1, float("inf"), float("nan")])
def test_noise_without_a_bound_is_refused(epsilon: float) -> None:
    with pytest.raises(ValueError, match=r"inf|nan|0|-1"):
        discrete_laplace([1], epsilon=epsilon)


@pytest.mark.django_db
def test_small_figures_are_published_with_noise_once_and_cost_the_budget() -> None:
    run = done_run()
    load_two_streets()
    shown = publish_figures(actor=cast_actor("approver_gjj"), number=run.number, now=NOW, noise=SEEDED)
    assert shown.epsilon == EPSILON
    assert set(shown.counts) == {"120103000000"}
    assert min(shown.counts.values()) >= 0
    assert isclose(left_of(RELIEF_RESOURCE, 2026), YEARLY - EPSILON)
    with pytest.raises(NotNow):
        publish_figures(actor=cast_actor("approver_gjj"), number=run.number, now=NOW)


@pytest.mark.django_db
def test_when_the_budget_is_spent_nothing_small_is_published() -> None:
    run = done_run()
    load_two_streets()
    other = MatchRun.objects.get(pk=run.pk)
    other.pk, other.number = uuid4(), "BD-20260101-0001"
    other.save(force_insert=True)
    PublicFigures.objects.create(
        run=other, resource=RELIEF_RESOURCE, year=2026, epsilon=YEARLY, counts={}, published_at=NOW
    )
    assert left_of(RELIEF_RESOURCE, 2026) == 0
    assert left_of(RELIEF_RESOURCE, 2027) == YEARLY
    with pytest.raises(NotNow, match="预算"):
        publish_figures(actor=cast_actor("approver_gjj"), number=run.number, now=NOW)
    assert not PublicFigures.objects.filter(run=run).exists()


@pytest.mark.django_db
def test_only_an_approver_of_the_department_publishes() -> None:
    run = done_run()
    with pytest.raises(NotPermitted):
        publish_figures(actor=cast_actor("steward_gjj"), number=run.number, now=NOW)
    with pytest.raises(NotFound):
        publish_figures(actor=cast_actor("approver_mzj"), number=run.number, now=NOW)
