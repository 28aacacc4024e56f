"""Who keeps remote catalogues, and that no address is asked on its own before a second person looked at it."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some

from haihe.base.accounts.api import Actor, NotPermitted, actor_for
from haihe.data.harvest import operations
from haihe.data.harvest.api import listed
from haihe.data.harvest.errors import InputRefused, NotFound, NotNow
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue
from haihe.data.harvest.operations import NewCatalogue
from haihe.data.harvest.operations.ending import fail
from haihe.data.harvest.operations.keeping import token_of
from haihe.data.harvest.operations.sweeping import MOST_TAKEN_UP
from haihe.data.harvest.testing import portal
from haihe.data.harvest.tests.conftest import NOW, Adding, worked_on
from haihe.data.harvest.workflow import CATALOGUE, RUN

NEW = NewCatalogue(title="滨海新区开放平台", kind="CKAN", url="https://data.example.cn", rhythm="DAILY")


def test_two_persons_and_then_it_runs_by_itself(keeper: Actor, operator: Actor) -> None:
    operations.add_catalogue(actor=keeper, slug="binhai", new=NEW, now=NOW)
    with pytest.raises(NotNow):
        operations.start(actor=keeper, slug="binhai", is_dry=False, now=NOW)
    operations.move(actor=operator, slug="binhai", name="propose", now=NOW)
    with pytest.raises(NotPermitted):
        operations.move(actor=operator, slug="binhai", name="approve", now=NOW)
    with pytest.raises(NotPermitted):
        operations.move(actor=keeper, slug="binhai", name="approve", now=NOW)
    operations.move(actor=operator, slug="binhai", name="send_back", words="地址不对", now=NOW)
    operations.move(actor=keeper, slug="binhai", name="propose", now=NOW)
    assert operations.sweep(now=NOW) == []
    operations.move(actor=operator, slug="binhai", name="approve", now=NOW)
    (begun,) = operations.sweep(now=NOW)
    assert HarvestRun.objects.get(pk=begun).by == "SYSTEM"
    assert operations.sweep(now=NOW + timedelta(minutes=4)) == []
    assert RemoteCatalogue.objects.get(slug="binhai").next_at == NOW + timedelta(days=1)


def test_a_changed_address_is_looked_at_again_and_gets_no_old_token(add: Adding, keeper: Actor) -> None:
    row = add("https://data.example.cn", direction="OUT", token="s3cret")
    assert token_of(row) == "s3cret"
    assert b"s3cret" not in bytes(row.sealed_token or b"")
    same = NewCatalogue(title="x", kind="CKAN", direction="OUT", url=row.url)
    operations.change_catalogue(actor=keeper, slug=row.slug, new=same, now=NOW)
    row.refresh_from_db()
    assert (row.state, token_of(row)) == ("DRAFT", "s3cret")
    other = NewCatalogue(title="x", kind="CKAN", direction="OUT", url="https://elsewhere.example.cn")
    operations.change_catalogue(actor=keeper, slug=row.slug, new=other, now=NOW)
    row.refresh_from_db()
    assert token_of(row) == ""


def test_a_run_never_goes_on_at_an_address_that_nobody_looked_at(add: Adding, keeper: Actor, operator: Actor) -> None:
    row = add("https://data.example.cn")
    run = operations.start(actor=keeper, slug=row.slug, is_dry=False, now=NOW)
    other = NewCatalogue(title="x", kind="CKAN", url="https://elsewhere.example.cn")
    with pytest.raises(NotNow):
        operations.change_catalogue(actor=keeper, slug=row.slug, new=other, now=NOW)
    fail(run.pk, "STATUS", "500", now=NOW)
    later = NOW + timedelta(hours=1)
    operations.change_catalogue(actor=keeper, slug=row.slug, new=other, now=later)
    with pytest.raises(NotNow):
        operations.run_again(actor=keeper, run_id=run.pk, now=later)
    operations.move(actor=keeper, slug=row.slug, name="propose", now=later)
    operations.move(actor=operator, slug=row.slug, name="approve", now=later)
    with pytest.raises(NotNow):
        operations.run_again(actor=keeper, run_id=run.pk, now=later)


@pytest.mark.parametrize("name", ["pause", "retire"])
def test_a_run_ends_with_its_catalogue(name: str, add: Adding, keeper: Actor) -> None:
    with portal(3) as remote:
        row = add(remote.url)
        run = operations.start(actor=keeper, slug=row.slug, is_dry=False, now=NOW)
        operations.move(actor=keeper, slug=row.slug, name=name, words="对方停止服务", now=NOW)
        done = worked_on(run, remote)
        assert (done.state, done.problem, row.datasets.count()) == ("FAILED", "NOT_ACTIVE", 0)


def test_a_run_that_kills_whoever_takes_it_up_is_given_up(add: Adding, keeper: Actor) -> None:
    row = add("https://data.example.cn")
    run = operations.start(actor=keeper, slug=row.slug, is_dry=False, now=NOW)
    rounds = [operations.sweep(now=NOW + timedelta(minutes=6 * n)) for n in range(1, MOST_TAKEN_UP + 2)]
    assert rounds == [[run.pk]] * MOST_TAKEN_UP + [[]]
    run.refresh_from_db()
    assert (run.state, run.problem) == ("FAILED", "NO_PROGRESS")


def test_the_list_in_a_terminal_tells_the_citys_time(add: Adding, keeper: Actor) -> None:
    row = add("https://data.example.cn")
    operations.start(actor=keeper, slug=row.slug, is_dry=True, now=NOW)
    assert [one.last for one in listed()] == ["2026-11-26 11:00 RUNNING"]


@pytest.mark.parametrize("username", ["steward_mzj", "approver_mzj", "outsider", "auditor", "liu"])
def test_others_keep_none(username: str, add: Adding) -> None:
    add("https://data.example.cn")
    actor = actor_for(username, now=NOW)
    for attempt in (
        lambda: operations.add_catalogue(actor=actor, slug="mine", new=NEW, now=NOW),
        lambda: operations.change_catalogue(actor=actor, slug="binhai", new=NEW, now=NOW),
        lambda: operations.move(actor=actor, slug="binhai", name="pause", now=NOW),
        lambda: operations.start(actor=actor, slug="binhai", is_dry=True, now=NOW),
    ):
        with pytest.raises((NotPermitted, NotFound)):
            attempt()


@pytest.mark.parametrize(
    "told",
    [
        {"url": "file:///etc/passwd"},
        {"url": "https://user:secret@data.example.cn"},
        {"url": "http://"},
        {"kind": "FTP"},
        {"direction": "OUT", "kind": "DCAT"},
        {"title": " "},
        {"licence_map": {"cc-by": "MINE"}},
        {"topic_map": {"图书馆": "nothing"}},
        {"owner_map": {"谁": "; drop"}},
        {"most_gone_percent": 0},
        {"token": "汉字"},
        {"tags": tuple(str(n) for n in range(201))},
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(told: dict[str, object], keeper: Actor) -> None:
    usual: dict[str, object] = {"title": "滨海", "kind": "CKAN", "url": "https://data.example.cn"}
    new = NewCatalogue(**usual | told)  # type: ignore[arg-type] # a test's words
    with pytest.raises(InputRefused, match="。"):
        operations.add_catalogue(actor=keeper, slug="binhai", new=new, now=NOW)


def test_history_only_grows(add: Adding) -> None:
    row = add("https://data.example.cn")
    assert [one.name for one in row.events.all()] == ["add", "propose", "approve"]
    with pytest.raises(Exception, match="only grows"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM harvest_remotecatalogueevent")


@given(names=some.lists(some.sampled_from([move.name for move in (*CATALOGUE.moves, *RUN.moves)]), max_size=12))
def test_no_way_leads_to_running_past_the_second_person(names: list[str]) -> None:
    state, looked_at = str(CATALOGUE.initial), False
    for name in names:
        made = next((move for move in CATALOGUE.moves if move.name == name and state in move.sources), None)
        if made is not None:
            looked_at = (looked_at or name == "approve") and name != "change"
            state = made.target
    assert state not in ("ACTIVE", "PAUSED") or looked_at
