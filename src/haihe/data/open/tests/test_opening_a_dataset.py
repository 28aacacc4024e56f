"""From a catalogue entry to an open dataset, with two persons and the gate between them."""

import json
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from haihe.base.accounts.api import Actor, NotPermitted, actor_for
from haihe.base.notices.models import Notice
from haihe.data.open import operations, queries
from haihe.data.open.errors import InputRefused, NotFound, NotNow
from haihe.data.open.models import Dataset, DatasetVersion
from haihe.data.open.operations import NewDataset
from haihe.data.open.store import read_manifest
from haihe.data.open.tests.conftest import NOW, ROWS, bring_canteens, canteen, feed
from haihe.data.open.workflow import DATASET

pytestmark = pytest.mark.django_db
NEW = NewDataset(
    slug="canteens",
    title_en="Community canteens",
    summary_en="Name, district and seats of community canteens.",
    topic="civil",
    licence="CC-BY-4.0",
    has_api=True,
    key=("code",),
    columns_en={
        "code": "Code",
        "name": "Name",
        "district": "District",
        "manager": "Manager",
        "manager_id": "Manager's number",
        "seats": "Seats",
    },
)


def person(username: str) -> Actor:
    return actor_for(username, now=NOW)


def hide(steward: Actor) -> None:
    """Decide what is done with managers' names and numbers."""
    for column, method in (("manager", "PARTIAL"), ("manager_id", "DROP")):
        operations.mask(actor=steward, slug="canteens", column=column, method=method, reason="姓名不是必需的", now=NOW)


def open_canteens(code: str = "") -> str:
    """Open the canteens, which are in the catalogue under this code, or are brought there; managers' names hidden."""
    code = code or bring_canteens()
    steward = person("steward_mzj")
    operations.propose(actor=steward, code=code, new=NEW, now=NOW)
    hide(steward)
    assert operations.check(actor=steward, slug="canteens", now=NOW).passed
    operations.move(actor=person("approver_mzj"), slug="canteens", name="publish", now=NOW)
    return code


@pytest.fixture
def published(canteens: str) -> str:
    """The canteens, open; names of managers hidden."""
    return open_canteens(canteens)


def test_names_stop_it_until_they_are_masked(canteens: str) -> None:
    steward = person("steward_mzj")
    operations.propose(actor=steward, code=canteens, new=NEW, now=NOW)
    run = operations.check(actor=steward, slug="canteens", now=NOW)
    assert not run.passed
    assert [(one["code"], one["column"]) for one in run.findings] == [("NAME", "manager"), ("ID_NUMBER", "manager_id")]
    assert "王建军" not in json.dumps(run.findings, ensure_ascii=False)
    with pytest.raises(NotNow):
        operations.move(actor=person("approver_mzj"), slug="canteens", name="publish", now=NOW)


def test_a_published_version_holds_masked_rows_and_says_why(published: str, lake: Path) -> None:
    version = DatasetVersion.objects.get(dataset__slug="canteens")
    assert (version.state, version.rows, version.is_current) == ("READY", 6, True)
    folder = lake / version.path
    rows = pq.read_table(folder / "rows.parquet").to_pylist()
    assert [row["_id"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {row["manager"] for row in rows}.isdisjoint(row[3] for row in ROWS)
    manifest = read_manifest(folder)
    assert manifest.origin["masked"][0]["reason"] == "姓名不是必需的"
    assert manifest.sha256["rows.parquet"] == version.sha256
    assert not (folder / "rows.parquet").stat().st_mode & 0o222


def test_a_new_snapshot_makes_a_version_with_the_same_row_ids_and_counts_what_changed(
    published: str, lake: Path
) -> None:
    later = NOW + timedelta(days=30)
    changed = (
        *ROWS[1:5],
        canteen("S6", "堆山食堂", "红桥区", "孙丽华", 35),
        canteen("S7", "新食堂", "和平区", "周明", 20),
    )
    feed(published, changed, now=later)
    assert operations.renew(published, now=later)
    version = queries.current_version(Dataset.objects.get(slug="canteens"))
    assert version is not None
    assert (version.number, version.added, version.removed, version.changed) == (2, 1, 1, 1)
    rows = pq.read_table(lake / version.path / "rows.parquet").to_pylist()
    assert {row["code"]: row["_id"] for row in rows} == {"S2": 2, "S3": 3, "S4": 4, "S5": 5, "S6": 6, "S7": 7}
    assert not operations.renew(published, now=later)


def test_what_the_gate_stops_later_leaves_the_last_good_version_serving(published: str) -> None:
    later = NOW + timedelta(days=30)
    feed(published, (*ROWS[:5], canteen("S6", "电话13812345678", "红桥区", "孙丽华", 33)), now=later)
    assert not operations.renew(published, now=later)
    row = Dataset.objects.get(slug="canteens")
    current = queries.current_version(row)
    assert current is not None
    assert (row.state, current.number) == ("PUBLISHED", 1)
    assert row.versions.get(number=2).state == "HELD"
    assert Notice.objects.filter(kind="open.moved", facts__move="hold_back").count() == 2


def test_who_proposed_does_not_publish_and_others_may_nothing(canteens: str) -> None:
    steward = person("steward_mzj")
    operations.propose(actor=steward, code=canteens, new=NEW, now=NOW)
    for username in ("steward_gjj", "approver_gjj", "outsider", "liu"):
        with pytest.raises(NotFound):
            operations.check(actor=person(username), slug="canteens", now=NOW)
        with pytest.raises(NotFound):
            operations.move(actor=person(username), slug="canteens", name="publish", now=NOW)
    with pytest.raises(NotPermitted):
        operations.propose(actor=person("outsider"), code=canteens, new=NEW, now=NOW)
    for name in ("pass_gate", "renew", "lapse", "nothing"):
        with pytest.raises(NotPermitted):
            operations.move(actor=person("approver_mzj"), slug="canteens", name=name, now=NOW)


def test_data_that_changed_since_the_check_are_checked_again(canteens: str) -> None:
    steward = person("steward_mzj")
    operations.propose(actor=steward, code=canteens, new=NEW, now=NOW)
    hide(steward)
    operations.check(actor=steward, slug="canteens", now=NOW)
    feed(canteens, ROWS[:5], now=NOW + timedelta(days=25))
    with pytest.raises(NotNow):
        operations.move(actor=person("approver_mzj"), slug="canteens", name="publish", now=NOW)


def test_suspending_needs_a_reason_and_everybody_reads_it(published: str) -> None:
    with pytest.raises(InputRefused), transaction.atomic():
        operations.move(actor=person("operator"), slug="canteens", name="suspend", now=NOW)
    operations.move(actor=person("operator"), slug="canteens", name="suspend", words="发现错误", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, current_version, is_api FROM openreads_dataset WHERE slug = 'canteens'")
        assert cursor.fetchone() == ("SUSPENDED", "1", True)
        cursor.execute("SELECT dataset, version, path, rows FROM openreads_version")
        assert ("canteens", "1", "open/canteens/1", 6) in cursor.fetchall()
    operations.move(actor=person("approver_mzj"), slug="canteens", name="resume", words="已更正", now=NOW)
    assert operations.lapse(published, now=NOW)
    assert Dataset.objects.get(slug="canteens").state == "WITHDRAWN"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"slug": "Canteens!"}, "英文名称"),
        ({"slug": "harvest"}, "占用"),
        ({"topic": "nothing"}, "主题"),
        ({"licence": "MINE"}, "许可"),
        ({"least_group": 1}, "最小人数"),
        ({"key": ("nothing",)}, "nothing"),
    ],
)
def test_what_is_proposed_is_looked_at(canteens: str, changed: dict[str, object], says: str) -> None:
    told = {name: getattr(NEW, name) for name in NewDataset.__dataclass_fields__} | changed
    with pytest.raises(InputRefused) as refused:
        operations.propose(
            actor=person("steward_mzj"),
            code=canteens,
            new=NewDataset(**told),
            now=NOW,
        )
    assert says in refused.value.message


def test_every_state_is_reached_and_withdrawn_is_the_end() -> None:
    assert DATASET.terminal == {"WITHDRAWN"}
    assert all(move.clause for move in DATASET.moves)
