"""Reading another portal: all of it once, nothing twice, and again without effect."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.utils import IntegrityError

from haihe.base.accounts.api import Actor
from haihe.base.outward.testing import Asked, Told
from haihe.data.harvest import operations
from haihe.data.harvest.models import Change, ExternalDataset, HarvestRun
from haihe.data.harvest.testing import portal
from haihe.data.harvest.tests.conftest import NOW, Adding, harvested, worked_on

PATHS = {"CKAN": "", "DCAT": "/catalog.ttl", "DATA_JSON": "/data.json"}
LATER = NOW + timedelta(days=1)


def counts(run: HarvestRun) -> tuple[int, ...]:
    return run.new, run.changed, run.unchanged, run.refused, run.gone


def standing() -> list[tuple[object, ...]]:
    return list(ExternalDataset.objects.order_by("remote_id").values_list())


@pytest.mark.parametrize("path", ["", "/catalog.ttl", "/catalog.rdf", "/catalog.jsonld", "/catalog.nt", "/data.json"])
def test_all_of_it_comes_once_and_a_second_run_writes_nothing(path: str, add: Adding, keeper: Actor) -> None:
    kind = {"": "CKAN", "/data.json": "DATA_JSON"}.get(path, "DCAT")
    with portal(203) as remote:
        row = add(remote.url + path, kind)
        first = harvested(row, remote, keeper)
        assert (first.state, first.pages, counts(first)) == ("DONE", 3, (203, 0, 0, 0, 0))
        assert first.is_complete
        one = ExternalDataset.objects.get(title="公共图书馆名录（第 7 册）")
        assert one.record["publisher"] == "滨海文旅局"
        assert one.record["resources"][0]["url"] == f"{remote.url}/files/7.csv"
        before = standing()
        second = harvested(row, remote, keeper, now=LATER)
        assert (second.state, counts(second)) == ("DONE", (0, 0, 203, 0, 0))
        assert standing() == before


def test_what_changed_is_told_field_by_field(add: Adding, keeper: Actor) -> None:
    with portal(3) as remote:
        row = add(remote.url)
        harvested(row, remote, keeper)
        remote.offers[2] = replace(remote.offers[2], title="图书馆名录", keywords=("图书馆", "自习室"))
        tried = harvested(row, remote, keeper, is_dry=True, now=LATER)
        assert counts(tried) == (0, 1, 2, 0, 0)
        assert tried.items.get().differences == [
            ["title", "公共图书馆名录（第 2 册）", "图书馆名录"],
            ["keywords", ["图书馆"], ["图书馆", "自习室"]],
        ]
        assert not ExternalDataset.objects.filter(title="图书馆名录").exists()
        done = harvested(row, remote, keeper, now=LATER)
        assert counts(done) == counts(tried)
        assert ExternalDataset.objects.get(title="图书馆名录").changed_at == LATER


def test_a_dry_run_writes_nothing_and_needs_no_second_person(keeper: Actor) -> None:
    with portal(3) as remote:
        new = operations.NewCatalogue(title="滨海新区开放平台", kind="CKAN", url=remote.url)
        row = operations.add_catalogue(actor=keeper, slug="binhai", new=new, now=NOW)
        tried = harvested(row, remote, keeper, is_dry=True)
        assert (tried.state, counts(tried)) == ("DONE", (3, 0, 0, 0, 0))
        assert not ExternalDataset.objects.exists()


def test_the_maps_say_what_their_words_mean_here(add: Adding, keeper: Actor) -> None:
    with portal(2) as remote:
        maps = {"licence_map": {"cc-by": "CC-BY-4.0"}, "topic_map": {"图书馆": "culture"}}
        row = add(remote.url, **maps, owner_map={"滨海文旅局": "120024"})
        harvested(row, remote, keeper)
        one = ExternalDataset.objects.first()
        assert one is not None
        assert (one.topic, one.owner) == ("culture", "120024")


def test_what_is_gone_is_taken_down_after_a_whole_run_only(add: Adding, keeper: Actor) -> None:
    with portal(30) as remote:
        row = add(remote.url)
        harvested(row, remote, keeper)
        del remote.offers[4], remote.offers[9]
        remote.before = broken_after(0)
        failed = harvested(row, remote, keeper, now=LATER)
        assert (failed.state, failed.problem, failed.gone) == ("FAILED", "STATUS", 0)
        remote.before = lambda asked: None
        done = harvested(row, remote, keeper, now=LATER)
        assert (done.state, counts(done)) == ("DONE", (0, 0, 28, 0, 2))
        assert row.datasets.filter(gone_at=LATER).count() == 2
        remote.offers[4] = replace(remote.offers[5], number=4)
        again = harvested(row, remote, keeper, now=LATER)
        assert counts(again) == (1, 0, 28, 0, 0)


@pytest.mark.parametrize(("decision", "left"), [("take_down", 5), ("keep", 30)])
def test_if_too_much_is_gone_a_person_decides(decision: str, left: int, add: Adding, keeper: Actor) -> None:
    with portal(30) as remote:
        row = add(remote.url)
        harvested(row, remote, keeper)
        for number in range(1, 26):
            del remote.offers[number]
        held = harvested(row, remote, keeper, now=LATER)
        assert (held.state, held.gone) == ("HELD", 25)
        assert row.datasets.filter(gone_at__isnull=True).count() == 30
        operations.settle(actor=keeper, run_id=held.pk, decision=decision, now=LATER)
        assert row.datasets.filter(gone_at__isnull=True).count() == left


def broken_after(pages: int) -> Callable[[Asked], Told | None]:
    """Return a `before` that lets so many pages pass, and then has trouble."""
    passed: list[str] = []

    def before(asked: Asked) -> Told | None:
        passed.append(asked.path)
        return Told(b"trouble", status=500) if len(passed) > pages else None

    return before


@pytest.mark.parametrize("kind", PATHS)
def test_a_run_that_broke_goes_on_after_its_last_page(kind: str, add: Adding, keeper: Actor) -> None:
    with portal(count := 1000 if kind == "CKAN" else 250) as remote:
        row = add(remote.url + PATHS[kind], kind)
        remote.before = broken_after(count // 100 - 1 if kind != "DATA_JSON" else 0)
        failed = harvested(row, remote, keeper)
        read = 0 if kind == "DATA_JSON" else count // 100 * 100 - 100
        assert (failed.state, failed.seen, failed.is_complete) == ("FAILED", read, False)
        asked_before = len(remote.server.asked) if remote.server else 0
        remote.before = lambda asked: None
        operations.run_again(actor=keeper, run_id=failed.pk, now=LATER)
        done = worked_on(failed, remote, now=LATER)
        assert (done.state, counts(done), done.seen) == ("DONE", (count, 0, 0, 0, 0), count)
        assert row.datasets.count() == count
        assert remote.server is not None
        assert len(remote.server.asked) - asked_before == {"CKAN": 1, "DCAT": 2, "DATA_JSON": 1}[kind]


def test_a_passing_trouble_is_waited_out(add: Adding, keeper: Actor) -> None:
    with portal(3) as remote:
        row = add(remote.url)
        answers = iter([Told(status=503), Told(b"x" * 9, cut=3)])
        remote.before = lambda asked: next(answers, None)
        assert harvested(row, remote, keeper).state == "DONE"


def test_pages_that_repeat_stop_the_run(add: Adding, keeper: Actor) -> None:
    with portal(250) as remote:
        row = add(remote.url)

        def repeating(asked: Asked) -> None:
            asked.params["start"] = "0"

        remote.before = repeating
        stopped = harvested(row, remote, keeper)
        assert (stopped.state, stopped.problem, stopped.seen) == ("FAILED", "PAGES_REPEAT", 100)


def test_what_changes_between_pages_takes_nothing_down(add: Adding, keeper: Actor) -> None:
    """Somebody deletes one of the first page while the second is asked for: one of the second is never seen."""
    with portal(250) as remote:
        row = add(remote.url)
        harvested(row, remote, keeper)

        def deleting(asked: Asked) -> None:
            if asked.params.get("start") == "100":
                remote.offers.pop(1, None)

        remote.before = deleting
        done = harvested(row, remote, keeper, now=LATER)
        assert (done.state, done.is_complete, done.gone) == ("DONE", False, 0)
        assert row.datasets.filter(gone_at__isnull=True).count() == 250


def test_each_record_that_is_refused_says_why_and_holds_up_no_other(add: Adding, keeper: Actor) -> None:
    with portal(4) as remote:
        row = add(remote.url + "/data.json", "DATA_JSON")
        document = remote.data_json()
        document["dataset"][0]["title"] = " <script>alert(1)</script> "
        document["dataset"][1] |= {"identifier": "x\u202ey", "landingPage": "javascript:alert(1)"}
        document["dataset"][2] = "no record"
        remote.before = lambda asked: Told(json.dumps(document).encode())
        done = harvested(row, remote, keeper)
        assert counts(done) == (1, 0, 0, 3, 0)
        assert {one.reason for one in done.items.filter(change=Change.REFUSED)} == {
            "NO_TITLE",
            "ID_TOO_LONG",
            "NOT_A_RECORD",
        }


def test_the_filters_narrow_what_is_wanted(add: Adding, keeper: Actor) -> None:
    with portal(5) as remote:
        remote.offers[2] = replace(remote.offers[2], publisher="教育局")
        row = add(remote.url + "/data.json", "DATA_JSON", organisations=("教育局",))
        done = harvested(row, remote, keeper)
        assert (counts(done), done.left_out, done.is_complete) == ((1, 0, 0, 0, 0), 4, True)
        ckan = add(remote.url, slug="ckan", organisations=('a" OR "b',), tags=("图书馆",))
        harvested(ckan, remote, keeper)
        assert remote.server is not None
        assert remote.server.asked[-1].params["fq"] == 'organization:("a\\" OR \\"b") tags:("图书馆")'


def test_the_database_holds_the_counts_to_add_up(add: Adding, keeper: Actor) -> None:
    with portal(1) as remote:
        run = harvested(add(remote.url), remote, keeper)
    with pytest.raises(IntegrityError, match="harvest_run_adds_up"):
        HarvestRun.objects.filter(pk=run.pk).update(new=7)


def test_what_is_none_of_its_kind_is_said_so(add: Adding, keeper: Actor) -> None:
    wanted = {"CKAN": "NOT_JSON", "DCAT": "NOT_RDF", "DATA_JSON": "NOT_JSON"}
    found = {}
    with portal(1) as remote:
        remote.before = lambda asked: Told(b"<html>", headers={"Content-Type": "text/turtle"})
        for kind in wanted:
            found[kind] = harvested(add(remote.url, kind, slug=kind.lower().replace("_", "-")), remote, keeper).problem
    assert found == wanted
