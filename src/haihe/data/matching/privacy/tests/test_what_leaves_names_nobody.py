from collections.abc import Sequence
from datetime import timedelta
from math import exp, isclose
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import NotPermitted
from haihe.city.testing import load_two_streets
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange.testing import RELIEF as RELIEF_RESOURCE
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.models import Lead, MatchRun
from haihe.data.matching.privacy.counting import count_model
from haihe.data.matching.privacy.guard import K, check_export, smallest_group
from haihe.data.matching.privacy.models import PublicFigures
from haihe.data.matching.privacy.noise import Noise, discrete_laplace, loss_of, within
from haihe.data.matching.privacy.publishing import EPSILON, YEARLY, Published, left_of, publish_figures, spent_by
from haihe.data.matching.privacy.testing import SeededNoise
from haihe.data.matching.privacy.workflow import Right
from haihe.data.matching.testing import done_run, lead_of

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


@given(st.sampled_from([0.5, 1.0]), st.integers(1, 3))
def test_how_far_off_a_sum_may_be_is_no_guess(epsilon: float, cells: int) -> None:
    off, chance = within(epsilon, cells=cells), Random(2)  # noqa: S311 - for a test
    noise = SeededNoise(chance)
    sums = [sum(noise([0] * cells, epsilon=epsilon)) for _draw in range(4000)]
    assert sum(abs(one) <= off for one in sums) / len(sums) > 0.935
    assert sum(abs(one) <= off - 1 for one in sums) / len(sums) < 0.965


def without_noise(counts: Sequence[int], *, epsilon: float) -> list[int]:
    return list(counts)


def published(run: MatchRun, noise: Noise = SEEDED) -> Published:
    number = run.version.model.number
    return publish_figures(actor=cast_actor("approver_gjj"), number=number, now=NOW, noise=noise)


@pytest.mark.django_db
def test_small_figures_are_published_with_noise_and_cost_the_budget() -> None:
    run = done_run()
    load_two_streets()
    shown = published(run).figures
    assert shown.epsilon == EPSILON
    assert set(shown.counts) == {"120103000000"}
    assert min(shown.counts.values()) >= 0
    assert isclose(left_of(RELIEF_RESOURCE, 2026), YEARLY - EPSILON)


@pytest.mark.django_db
def test_the_same_facts_are_never_drawn_again_and_changed_ones_cost_again() -> None:
    lead = lead_of()
    first = published(lead.run)
    again = published(lead.run, noise=SeededNoise(Random(99)))  # noqa: S311 - for a test
    assert (first.is_new, again.is_new, again.figures.pk) == (True, False, first.figures.pk)
    assert isclose(left_of(RELIEF_RESOURCE, 2026), YEARLY - EPSILON)
    Lead.objects.update(visited_at=NOW)
    changed = published(lead.run)
    assert changed.is_new
    assert isclose(left_of(RELIEF_RESOURCE, 2026), YEARLY - 2 * EPSILON)
    assert isclose(spent_by(lead.model, 2026), 2 * EPSILON)


@pytest.mark.django_db
def test_each_person_is_counted_once_by_how_far_they_are() -> None:
    lead = lead_of()
    cells = dict(count_model(lead.model).cells)
    assert cells == {"120103000000": (1, 0, 0)}
    # The same person on an ended lead of before, and on a new one: the newest counts.
    Lead.objects.update(state="CLOSED", visited_at=NOW, closed_at=NOW)
    Lead.objects.create(
        number="XS-later", model=lead.model, run=lead.run, row=99, organisation=lead.organisation, kind="VISIT",
        division=lead.division, subject=lead.subject, made_at=NOW + timedelta(days=1), settled_at=NOW, state="SETTLED",
    )  # fmt: skip
    assert dict(count_model(lead.model).cells) == {"120103000000": (0, 0, 1)}
    figures = published(lead.run, noise=without_noise).figures
    assert (figures.counts, figures.steps) == (
        {"120103000000": 1},
        {"by": {"120103000000": [1, 1]}, "total": [1, 1, 1]},
    )


@pytest.mark.django_db
def test_what_people_see_is_made_of_the_noisy_cells_and_never_upside_down() -> None:
    lead = lead_of()
    figures = published(lead.run, noise=lambda counts, *, epsilon: [-4, 6, -1]).figures
    assert figures.counts == {"120103000000": 1}
    assert figures.steps == {"by": {"120103000000": [1, 0]}, "total": [1, 1, 0]}


@pytest.mark.django_db
def test_when_the_budget_is_spent_nothing_small_is_published() -> None:
    run = done_run()
    load_two_streets()
    PublicFigures.objects.create(
        model=run.version.model, resource=RELIEF_RESOURCE, year=2026, epsilon=YEARLY, counts={}, published_at=NOW
    )
    assert left_of(RELIEF_RESOURCE, 2026) == 0
    assert left_of(RELIEF_RESOURCE, 2027) == YEARLY
    with pytest.raises(NotNow, match="预算"):
        published(run)
    assert PublicFigures.objects.count() == 1


@pytest.mark.django_db
def test_only_an_approver_of_the_department_publishes() -> None:
    number = done_run().version.model.number
    with pytest.raises(NotPermitted):
        publish_figures(actor=cast_actor("steward_gjj"), number=number, now=NOW)
    with pytest.raises(NotFound):
        publish_figures(actor=cast_actor("approver_mzj"), number=number, now=NOW)
