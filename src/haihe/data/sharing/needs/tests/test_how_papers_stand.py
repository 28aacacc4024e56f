"""A paper stands as the catalogue, the services, the requests and the grants of the moment say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from haihe.data.catalogue import api as catalogue
from haihe.data.catalogue.models import Resource
from haihe.data.sharing import operations
from haihe.data.sharing.models import Grant, Service
from haihe.data.sharing.needs.standing import Gap, ItemStanding, PaperStanding, Standing, spared_papers, standings
from haihe.data.sharing.needs.testing import CERTIFICATE, RELIEF, STORY
from haihe.data.sharing.testing import NOW, cast_actor, granted, open_relief_status, requested

pytestmark = pytest.mark.django_db
ITEM = STORY.code


def declared(needs: catalogue.NewNeeds = STORY) -> None:
    catalogue.declare_needs([needs], now=NOW)


def item(code: str = ITEM) -> ItemStanding:
    needs = catalogue.needs_of(code)
    assert needs is not None
    return standings([needs], now=NOW)[0]


def certificate(code: str = ITEM) -> PaperStanding:
    return item(code).papers[-1]


def test_a_paper_is_provable_then_requested_then_handed_in_by_nobody() -> None:
    open_relief_status()
    declared()
    assert certificate().standing == Standing.PROVABLE
    request_id = requested()
    assert (certificate().standing, certificate().request_id) == (Standing.REQUESTED, request_id)
    for username, name in (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")):
        operations.move_request(actor=cast_actor(username), request_id=request_id, name=name, now=NOW)
    assert (certificate().standing, certificate().grant_id) == (Standing.GRANTED, Grant.objects.get().id)
    assert certificate().questions == ("今天是否享受最低生活保障",)
    assert (item().spared, item().whole, item().remaining) == (1, 1, 0)


def test_a_grant_of_another_item_or_question_spares_no_paper() -> None:
    declared()
    granted(item="some-other-item")
    assert certificate().standing == Standing.PROVABLE
    both = replace(CERTIFICATE, scope=("on_relief", "extreme_hardship"))
    declared(replace(STORY, code="other", papers=(both,)))
    granted(item="other", purpose="OTHER_PURPOSE")
    assert certificate("other").standing == Standing.PROVABLE


def test_a_grant_that_stopped_or_ran_out_spares_no_paper() -> None:
    declared()
    grant_id = granted()
    operations.move_grant(
        actor=cast_actor("approver_mzj"),
        grant_id=grant_id,
        name="suspend",
        now=NOW,
        words="核查",
        put_right_by=(NOW + timedelta(days=10)).date(),
    )
    assert (certificate().standing, certificate().gap) == (Standing.NOT_YET, Gap.SUSPENDED)
    needs = catalogue.needs_of(ITEM)
    assert needs is not None
    operations.move_grant(actor=cast_actor("approver_mzj"), grant_id=grant_id, name="resume", now=NOW, words="已整改")
    assert certificate().is_spared
    later = standings([needs], now=NOW + timedelta(days=400))[0]
    assert later.papers[-1].standing == Standing.PROVABLE


@pytest.mark.parametrize(
    ("paper", "gap"),
    [
        (catalogue.NewPaper(code="p", title="户口簿"), Gap.NO_RESOURCE),
        (catalogue.NewPaper(code="p", title="户口簿", resource="120011/000001"), Gap.NO_RESOURCE),
        (catalogue.NewPaper(code="p", title="低保证", resource=RELIEF), Gap.NO_SERVICE),
        (replace(CERTIFICATE, service="no-such-service"), Gap.NO_SERVICE),
        (replace(CERTIFICATE, scope=("on_relief", "no_such_claim")), Gap.NO_SERVICE),
    ],
)
def test_what_is_missing_is_said(paper: catalogue.NewPaper, gap: Gap) -> None:
    open_relief_status()
    declared(replace(STORY, papers=(paper,)))
    assert (certificate().standing, certificate().gap) == (Standing.NOT_YET, gap)


def test_a_retired_resource_or_a_service_switched_off_proves_nothing() -> None:
    declared()
    granted()
    Service.objects.update(enabled=False)
    assert certificate().gap == Gap.NO_SERVICE
    catalogue.move_resource(actor=cast_actor("operator"), code=RELIEF, name="retire", now=NOW, words="停用")
    assert certificate().gap == Gap.NOT_PUBLISHED
    assert Resource.objects.get().state == "RETIRED"


def test_ones_own_register_needs_no_grant() -> None:
    open_relief_status()
    own = catalogue.NewPaper(code="p", title="低保证", resource=RELIEF)
    declared(replace(STORY, code="temporary-relief", organisation="120012", papers=(own,)))
    assert certificate("temporary-relief").standing == Standing.OWN


def test_the_public_figure_counts_papers_and_not_what_is_only_shown() -> None:
    before = spared_papers(now=NOW)
    declared()
    granted()
    declared(replace(STORY, code="other", organisation="120012", papers=(catalogue.NewPaper(code="p", title="照片"),)))
    figures = spared_papers(now=NOW)
    assert (figures.items, figures.whole, figures.spared) == (before.items + 1, before.whole + 1, before.spared + 1)
    was = {code: (spared, whole) for code, spared, whole in before.by_department}
    now_is = {code: (spared, whole) for code, spared, whole in figures.by_department}
    # The city's own items are there already.
    assert now_is["120040"] == (was["120040"][0] + 1, was["120040"][1])
    assert now_is["120012"] == (was["120012"][0], was["120012"][1] + 1)
    assert figures.by_department[0][0] == "120040"


def test_many_items_cost_no_more_questions_than_one(django_assert_max_num_queries: object) -> None:
    granted()
    for number in range(30):
        declared(replace(STORY, code=f"item-{number}"))
    with django_assert_max_num_queries(9):  # type: ignore[operator]  # pytest-django's fixture is untyped here
        assert len(standings(catalogue.needs_entries(), now=NOW)) >= 30
