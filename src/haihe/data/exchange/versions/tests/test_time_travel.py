"""Every version can be found by a moment, compared with another, and goes when its time is over."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry
from haihe.data.exchange import api as exchange
from haihe.data.exchange import places
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.tables import table_of
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row
from haihe.data.exchange.versions.diffing import Difference, difference
from haihe.data.exchange.versions.keeping import Retention
from haihe.data.exchange.versions.operations.removing import remove_old_snapshots
from haihe.data.exchange.versions.operations.retaining import RetentionRefused, set_retention
from haihe.data.exchange.versions.queries import retention_of, snapshot_as_of

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = (id_number(serial) for serial in (1, 2, 3))
DAY = timedelta(days=1)


def fed(*rows: list[str], now: datetime) -> Snapshot:
    publish_entry(now=NOW)
    content = io.BytesIO("\n".join([HEADER, *map(",".join, rows), ""]).encode())
    run = exchange.receive_file(cast_actor("steward_mzj"), RELIEF, "名册.csv", content, now=now, inline=True)
    assert run.state == "PUBLISHED", run.outcome
    return Snapshot.objects.get(run_id=UUID(str(run.id)))


def compared(before: Snapshot, after: Snapshot, tmp_path: Path) -> Difference:
    return difference(table_of(before), table_of(after), work=tmp_path)


def test_a_moment_finds_what_was_answered_from_then() -> None:
    first, second = fed(row(ONE), now=NOW), fed(row(ONE), row(TWO), now=NOW + DAY)
    found = [snapshot_as_of(RELIEF, NOW + after * DAY) for after in (-1, 0.5, 2)]
    assert [one and one.id for one in found] == [None, first.id, second.id]


def test_rows_that_come_go_change_and_stay(tmp_path: Path) -> None:
    before = fed(row(ONE), row(TWO, name="张三", size="3"), now=NOW)
    after = fed(row(TWO, name="张叁", size="4"), row(THREE), now=NOW + DAY)
    told = compared(before, after, tmp_path)
    assert (told.come, told.gone, told.changed, told.same) == (1, 1, 1, 0)
    assert told.by_field == {"姓名": 1, "家庭人口": 1}
    (changed,) = told.rows
    assert [(c.title, c.before, c.after) for c in changed.cells] == [("姓名", None, None), ("家庭人口", "3", "4")]
    assert told.not_compared == ("救助证号",)


def test_the_same_file_again_has_no_difference(tmp_path: Path) -> None:
    before, after = fed(row(ONE), row(TWO), now=NOW), fed(row(TWO), row(ONE), now=NOW + DAY)
    told = compared(before, after, tmp_path)
    assert (told.come, told.gone, told.changed, told.same) == (0, 0, 0, 2)
    assert (told.rows, dict(told.by_field)) == ((), {})


def test_old_snapshots_lose_their_files_and_keep_their_row() -> None:
    first = fed(row(ONE), now=NOW)
    for day in (1, 2, 3):
        fed(row(ONE), now=NOW + day * DAY)
    set_retention(actor=cast_actor("steward_mzj"), resource=RELIEF, retention=Retention(30, 1, 0), now=NOW)
    assert remove_old_snapshots(now=NOW + 20 * DAY) == 0
    assert remove_old_snapshots(now=NOW + 60 * DAY) == 3
    assert remove_old_snapshots(now=NOW + 61 * DAY) == 0
    first.refresh_from_db()
    assert first.removed.size_bytes == first.size_bytes
    assert not (places.data_dir() / first.path).exists()
    assert snapshot_as_of(RELIEF, NOW + 0.5 * DAY) is None
    current = exchange.latest_snapshot(RELIEF)
    assert current is not None
    assert sum(batch.num_rows for batch in exchange.read_rows(current, ["division"])) == 1


def test_files_that_a_killed_process_left_go_the_next_night() -> None:
    first = fed(row(ONE), now=NOW)
    fed(row(ONE), now=NOW + DAY)
    set_retention(actor=cast_actor("steward_mzj"), resource=RELIEF, retention=Retention(30, 1, 0), now=NOW)
    remove_old_snapshots(now=NOW + 60 * DAY)
    left = places.data_dir() / first.path
    left.mkdir(parents=True)
    (left / "data.parquet").write_bytes(b"left")
    remove_old_snapshots(now=NOW + 61 * DAY)
    assert not left.exists()


def test_only_the_owner_sets_the_retention_of_its_register() -> None:
    publish_entry(now=NOW)
    for stranger in ("steward_gjj", "approver_mzj", "operator"):
        with pytest.raises(NotPermitted):
            set_retention(actor=cast_actor(stranger), resource=RELIEF, retention=Retention(60, 2, 0), now=NOW)
    with pytest.raises(RetentionRefused):
        set_retention(actor=cast_actor("steward_mzj"), resource=RELIEF, retention=Retention(29, 2, 0), now=NOW)
    set_retention(actor=cast_actor("operator"), resource="", retention=Retention(60, 2, 0), now=NOW)
    assert retention_of(RELIEF) == Retention(60, 2, 0)
