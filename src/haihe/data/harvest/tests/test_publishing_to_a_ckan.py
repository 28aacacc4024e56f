"""Our open datasets in somebody else's CKAN: once each, only what differs, and nothing of theirs touched."""

import socket
from datetime import timedelta

import ckanapi
import pytest

from haihe.base.accounts.api import Actor
from haihe.base.outward.api import Outward
from haihe.data.harvest import operations
from haihe.data.harvest.models import HarvestItem, HarvestRun, RemoteCatalogue
from haihe.data.harvest.operations.running import stepping_of
from haihe.data.harvest.pushing import SLUG
from haihe.data.harvest.testing import Portal, portal
from haihe.data.harvest.tests.conftest import NOW, Adding, harvested, reach_to
from haihe.data.open.models import Dataset

LATER = NOW + timedelta(days=1)


def dataset(number: int, **told: object) -> Dataset:
    usual: dict[str, object] = {
        "code": f"120012/{number:06d}",
        "slug": f"canteens-{number}",
        "title": f"社区食堂名录（{number}）",
        "summary": "全市社区食堂的名称和地址。",
        "owner": "120012",
        "topic": "civil",
        "keywords": ["食堂", "养老"],
        "opening_type": "UNCONDITIONAL",
        "grade": "1",
        "licence": "CC-BY-4.0",
        "update_cycle": "MONTHLY",
        "columns": [],
        "state": "PUBLISHED",
        "created_at": NOW,
        "updated_at": NOW,
        "published_at": NOW,
    }
    return Dataset.objects.create(**usual | told)


@pytest.fixture
def ours(centre: None, db: None) -> None:
    for number in range(1, 23):
        dataset(number)


def outwards(add: Adding, remote: Portal) -> RemoteCatalogue:
    return add(remote.url, direction="OUT", token=remote.token, remote_owner="tianjin")


def counts(run: HarvestRun) -> tuple[int, ...]:
    return run.new, run.changed, run.unchanged, run.refused, run.gone


def test_each_stands_there_once_and_again_nothing_is_sent(ours: None, add: Adding, keeper: Actor) -> None:
    with portal(0) as remote:
        row = outwards(add, remote)
        tried = harvested(row, remote, keeper, is_dry=True)
        assert (counts(tried), remote.writes) == ((22, 0, 0, 0, 0), [])
        done = harvested(row, remote, keeper)
        assert (done.state, counts(done), remote.writes) == ("DONE", (22, 0, 0, 0, 0), ["package_create"] * 22)
        again = harvested(row, remote, keeper, now=LATER)
        assert (counts(again), len(remote.writes)) == ((0, 0, 22, 0, 0), 22)
        # What the usual client sees there.
        theirs = ckanapi.RemoteCKAN(remote.url, apikey=remote.token, get_only=True)
        with theirs:
            package = theirs.action.package_show(id="haihe-canteens-7")
    assert package["owner_org"] == "tianjin"
    assert {"key": SLUG, "value": "canteens-7"} in package["extras"]
    assert {one["format"] for one in package["resources"]} >= {"CSV", "Parquet"}


def test_a_change_here_is_patched_there_and_their_additions_stay(ours: None, add: Adding, keeper: Actor) -> None:
    with portal(0) as remote:
        row = outwards(add, remote)
        harvested(row, remote, keeper)
        remote.packages["haihe-canteens-3"]["their_own"] = "note"
        Dataset.objects.filter(slug="canteens-3").update(title="社区食堂一览")
        tried = harvested(row, remote, keeper, is_dry=True, now=LATER)
        assert tried.items.get().differences == [["title", "社区食堂名录（3）", "社区食堂一览"]]
        done = harvested(row, remote, keeper, now=LATER)
        assert (counts(done), remote.writes[22:]) == ((0, 1, 21, 0, 0), ["package_patch"])
        assert remote.packages["haihe-canteens-3"]["their_own"] == "note"
        assert remote.packages["haihe-canteens-3"]["title"] == "社区食堂一览"


def test_a_name_that_somebody_else_has_is_left_alone(ours: None, add: Adding, keeper: Actor) -> None:
    with portal(0) as remote:
        remote.packages["haihe-canteens-1"] = {"id": "theirs", "name": "haihe-canteens-1", "title": "别人的"}
        done = harvested(outwards(add, remote), remote, keeper)
        assert (counts(done), done.items.get(change="REFUSED").reason) == ((21, 0, 0, 1, 0), "NAME_TAKEN")
        assert remote.packages["haihe-canteens-1"]["title"] == "别人的"


def test_what_is_withdrawn_here_is_withdrawn_there(ours: None, add: Adding, keeper: Actor, settings: object) -> None:
    with portal(0) as remote:
        row = outwards(add, remote)
        harvested(row, remote, keeper)
        Dataset.objects.filter(slug="canteens-5").update(state="WITHDRAWN")
        done = harvested(row, remote, keeper, now=LATER)
        assert counts(done) == (0, 0, 21, 0, 1)
        withdraw(done, remote, settings)
        assert (remote.writes[-1], remote.packages["haihe-canteens-5"]["state"]) == ("package_delete", "deleted")
        assert row.copies.count() == 21
        withdraw(done, remote, settings)
        assert remote.writes.count("package_delete") == 1


def test_what_moved_up_a_page_meanwhile_is_not_gone(ours: None, add: Adding, keeper: Actor) -> None:
    """One is withdrawn and another opened between two pages: one of the second is never seen, the sum is the same."""
    with portal(0) as remote:
        row = outwards(add, remote)
        harvested(row, remote, keeper)
        run = operations.start(actor=keeper, slug=row.slug, is_dry=False, now=LATER)
        with Outward(reach_to(remote)) as door:
            pushing = stepping_of(row, door, wait=lambda seconds: None, is_dry=False)
            for one in pushing.step("", now=LATER).findings:
                HarvestItem.objects.create(run=run, remote_id=one.remote_id, change=one.change)
            Dataset.objects.filter(slug="canteens-1").update(state="WITHDRAWN")
            dataset(99)
            for one in pushing.step("20", now=LATER).findings:
                HarvestItem.objects.create(run=run, remote_id=one.remote_id, change=one.change)
            assert (run.items.count(), pushing.gone(run)) == (22, [])


def withdraw(run: HarvestRun, remote: Portal, settings: object) -> None:
    """Do the worker's job in the settings of an operator who named the test's server."""
    from haihe.data.harvest.operations.withdrawing import withdraw_copies
    from haihe.data.harvest.tests.conftest import within

    settings.HAIHE = within(remote)  # type: ignore[attr-defined] # pytest-django's wrapper
    withdraw_copies(run.pk)


def test_a_token_that_is_refused_stops_the_run_with_a_sentence(ours: None, add: Adding, keeper: Actor) -> None:
    with portal(0) as remote:
        refused = harvested(add(remote.url, direction="OUT", token="wrong"), remote, keeper)
        assert (refused.state, refused.problem) == ("FAILED", "NOT_PERMITTED")
        row = add(remote.url, slug="none", direction="OUT")
        run = operations.start(actor=keeper, slug=row.slug, is_dry=False, now=NOW)
        operations.go_on(run.pk, clock=lambda: NOW)
        run.refresh_from_db()
        assert run.problem == "NO_TOKEN"


def test_the_other_side_away_is_no_reason_to_send_twice(ours: None, add: Adding, keeper: Actor) -> None:
    with portal(0) as remote, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        row = outwards(add, remote)
        RemoteCatalogue.objects.filter(pk=row.pk).update(url=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        row.refresh_from_db()
        failed = harvested(row, remote, keeper)
        assert (failed.state, failed.seen, remote.writes) == ("FAILED", 0, [])
