"""The graph holds every part of the way, says which are broken, and shows each only to whom it may be shown."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.city.testing import load_departments
from haihe.data.exchange.delivery.testing import feed, file_grant, planned
from haihe.data.exchange.lineage import focus, further
from haihe.data.exchange.lineage.knots import Graph, Knot, Stage
from haihe.data.exchange.lineage.pages import lineage_of
from haihe.data.exchange.models import FeedRun, RunState, Snapshot
from haihe.data.exchange.nodes import operations as nodes
from haihe.data.exchange.nodes.models import Node
from haihe.data.exchange.nodes.testing import invited
from haihe.data.exchange.quality.models import QualityReport
from haihe.data.exchange.quality.tests.test_columns_that_changed import fed, lines_with
from haihe.data.exchange.sources.models import Source
from haihe.data.exchange.testing import HEADER, RELIEF
from haihe.data.exchange.tests.test_pages import signed_in
from haihe.data.sharing.testing import NOW, cast_actor, granted

pytestmark = pytest.mark.django_db
LINEAGE = reverse("exchange:lineage", args=[RELIEF])


@pytest.fixture
def served() -> Snapshot:
    """Return the snapshot of a register that is fed, granted and delivered."""
    granted(now=NOW)
    feed(3, NOW)
    return Snapshot.objects.get(resource=RELIEF, is_current=True)


def source(now: datetime, **facts: object) -> Source:
    return Source.objects.create(
        **{"resource": RELIEF, "owner": "120012", "title": "业务库", "connector": "database", "settings": {}}
        | {"sealed_key": b"", "paused": False, "made_at": now, "made_by": "孙丽华"}
        | facts
    )


def graph(username: str, now: datetime = NOW) -> Graph:
    actor = cast_actor(username)
    return lineage_of(actor, focus.of_resource(actor, RELIEF), now=now)


def stages(found: Graph) -> dict[Stage, list[str]]:
    return {stage: [str(knot.title) for knot in found.of(stage)] for stage in Stage if found.of(stage)}


def word(found: Graph, stage: Stage) -> tuple[str, str]:
    (knot,) = found.of(stage)
    return str(knot.word), knot.tone


def test_an_owner_sees_the_whole_way(served: Snapshot, tmp_path: Path) -> None:
    found = graph("steward_mzj")
    assert list(stages(found)) == [
        Stage.SOURCE,
        Stage.FILE,
        Stage.RULES,
        Stage.SNAPSHOT,
        Stage.INDEX,
        Stage.SERVICE,
        Stage.GRANT,
    ]
    (grant,) = found.of(Stage.GRANT)
    (service,) = found.before(grant.key)
    assert (service.stage, [one.stage for one in found.before(service.key)]) == (Stage.SERVICE, [Stage.INDEX])
    assert found.touched_by([found.of(Stage.SOURCE)[0].key], Stage.GRANT) == [grant]
    assert word(found, Stage.SNAPSHOT)[1] == "success"
    assert not found.hidden


def test_a_delivery_comes_after_snapshot_and_grant_and_its_target_is_the_consumers(tmp_path: Path) -> None:
    feed(3, NOW)
    planned("folder", {"path": "out"}, now=NOW, grant=file_grant(NOW))
    (seen,) = graph("steward_gjj").of(Stage.USE)
    assert "业务库" in str(seen.detail)
    found = graph("steward_mzj")
    (delivery,) = found.of(Stage.USE)
    assert "业务库" not in str(delivery.detail)
    assert {one.stage for one in found.before(delivery.key)} == {Stage.SNAPSHOT, Stage.GRANT}


def test_who_was_granted_it_sees_their_own_part_and_a_count_of_the_rest(served: Snapshot) -> None:
    source(NOW)
    found = graph("steward_gjj")
    assert not found.of(Stage.SOURCE, Stage.FILE, Stage.RULES)
    assert (found.hidden[Stage.SOURCE], found.hidden[Stage.FILE]) == (1, 1)
    (snapshot,) = found.of(Stage.SNAPSHOT)
    assert snapshot.href == ""
    assert len(found.of(Stage.GRANT)) == 1


@pytest.mark.parametrize(
    ("facts", "tone"),
    [
        ({}, "success"),
        ({"paused": True}, "neutral"),
        ({"failures": 1}, "warning"),
        ({"failures": 3}, "danger"),
        ({"next_due": NOW - timedelta(hours=1)}, "warning"),
    ],
)
def test_a_source_says_how_it_is(facts: dict[str, object], tone: str, served: Snapshot) -> None:
    made = source(NOW, **facts)
    (knot,) = [one for one in graph("steward_mzj").of(Stage.SOURCE) if one.key == f"source-{made.pk}"]
    assert knot.tone == tone


def test_a_node_that_is_silent_breaks_what_comes_after_it(served: Snapshot) -> None:
    invited(cast_actor("operator"), now=NOW)
    nodes.order_feed(
        actor=cast_actor("operator"),
        node="mzj-1",
        resource=RELIEF,
        connector="folder",
        settings={"path": "relief"},
        connection="",
        every_s=60,
        now=NOW,
    )
    Node.objects.update(state="JOINED", seen_at=NOW - timedelta(minutes=5))
    assert word(graph("steward_mzj"), Stage.NODE) == ("断开", "danger")
    Node.objects.update(organisation="120001")
    found = graph("steward_mzj")
    assert (found.of(Stage.NODE), found.hidden[Stage.NODE]) == ([], 1)


def test_a_held_file_stands_beside_the_one_that_serves(served: Snapshot, steward: Actor) -> None:
    held = fed(steward, lines_with(HEADER.replace("开始日期", "起始日期")), NOW + timedelta(hours=1))
    assert held.state == RunState.HELD
    files = {knot.key: knot.tone for knot in graph("steward_mzj").of(Stage.FILE)}
    assert files == {f"run-{served.run_id}": "success", f"run-{held.id}": "warning"}


def test_data_older_than_promised_is_late(served: Snapshot) -> None:
    assert word(graph("steward_mzj", NOW + timedelta(days=900)), Stage.SNAPSHOT)[1] == "warning"


def test_a_run_that_was_not_used_leads_nowhere(steward: Actor, now: datetime) -> None:
    load_departments()
    held = fed(steward, lines_with(HEADER.replace("开始日期", "起始日期")), now)
    found = lineage_of(steward, focus.of_run(steward, held.id), now=now)
    assert {knot.stage for knot in found.knots} == {Stage.SOURCE, Stage.FILE, Stage.RULES}


def test_an_old_snapshot_is_shown_with_what_it_came_from_and_not_as_serving(served: Snapshot) -> None:
    feed(4, NOW + timedelta(days=1))
    owner = cast_actor("steward_mzj")
    found = lineage_of(owner, focus.of_snapshot(owner, served.pk), now=NOW)
    assert word(found, Stage.SNAPSHOT) == ("已被更新的一份替换", "neutral")
    assert not found.of(Stage.SERVICE, Stage.GRANT)


def test_a_run_from_before_there_were_reports_still_has_a_lineage(served: Snapshot) -> None:
    QualityReport.objects.all().delete()
    assert Stage.RULES not in stages(graph("steward_mzj"))


def test_higher_rooms_add_what_they_read(served: Snapshot) -> None:
    def compared(actor: Actor, resource: str, snapshot: str) -> tuple[list[Knot], int]:
        return [Knot("match", Stage.USE, f"比对 {snapshot}", "完成", "success")], 2

    further.add_uses(compared)
    try:
        found = graph("steward_mzj")
    finally:
        further._USES.remove(compared)
    assert [knot.title for knot in found.of(Stage.USE)] == [f"比对 {served.pk}"]
    assert found.hidden[Stage.USE] == 2


def test_the_page_draws_it_twice_and_tells_it_in_words(served: Snapshot) -> None:
    Snapshot.objects.update(as_of=timezone.now() - timedelta(days=900))
    page = signed_in("steward_mzj").get(LINEAGE).content.decode()
    assert page.count('<svg class="lineage ') == 2
    assert page.count(f'href="{reverse("exchange:run", args=[served.run_id])}"') == 3
    assert "有需要处理的地方" in page
    assert " style=" not in page.split("<main", 1)[1]


@pytest.mark.parametrize(
    ("username", "statuses"),
    [
        ("steward_mzj", (200, 200, 200)),
        ("approver_mzj", (200, 200, 200)),
        ("operator", (200, 200, 200)),
        ("steward_gjj", (200, 404, 404)),
        ("outsider", (404, 404, 404)),
        ("liu", (403, 403, 403)),
        ("clerk_gjj", (403, 403, 403)),
    ],
)
def test_who_gets_in(username: str, statuses: tuple[int, int, int], served: Snapshot) -> None:
    client = signed_in(username)
    run, one = (
        reverse("exchange:lineage-run", args=[served.run_id]),
        reverse("exchange:lineage-snapshot", args=[served.pk]),
    )
    assert tuple(client.get(url).status_code for url in (LINEAGE, run, one)) == statuses


def test_what_does_not_exist_is_not_found(served: Snapshot) -> None:
    client = signed_in("steward_mzj")
    for url in (
        reverse("exchange:lineage", args=["120012/999999"]),
        reverse("exchange:lineage-snapshot", args=["no-such"]),
        reverse("exchange:lineage-run", args=["00000000-0000-4000-8000-000000000000"]),
    ):
        assert client.get(url).status_code == 404


def test_a_register_without_data_says_what_comes() -> None:
    load_departments()
    assert not FeedRun.objects.exists()
    assert "还没有任何数据" in signed_in("steward_mzj").get(LINEAGE).content.decode()
