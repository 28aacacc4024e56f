"""A file of changes becomes a snapshot that is whole, over what is in use, or leaves that as it is and says why."""

import io
from datetime import datetime, timedelta
from uuid import uuid4

import lmdb
import pytest

from haihe.base.accounts.api import Actor
from haihe.base.keys.api import keyring
from haihe.city.cast import WANG
from haihe.data.exchange import api, ingest, places
from haihe.data.exchange.deltas.base import base_of, takes_deltas
from haihe.data.exchange.deltas.merging import Base
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.lake import manifest_of
from haihe.data.exchange.models import FeedRun, Snapshot
from haihe.data.exchange.operations.process import Clock
from haihe.data.exchange.operations.publish import BaseChanged, publish
from haihe.data.exchange.operations.renew_key import renew_key
from haihe.data.exchange.quality.api import rules_of
from haihe.data.exchange.reasons import FileRefused
from haihe.data.exchange.received import open_sealed
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, relief_lines, row, small_dirty_file
from haihe.kernel.subject_index import decode_entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def give(steward: Actor, lines: list[str], *, now: datetime, mode: str = "delta") -> api.FeedRunInfo:
    content = io.BytesIO("\n".join(lines).encode())
    return api.receive_file(steward, RELIEF, "变化.csv", content, now=now, mode=mode, inline=True)


def change(operation: str, serial: int, **cells: str) -> str:
    return ",".join([*row(id_number(serial), **cells), operation])


def changes(*lines: str) -> list[str]:
    return [f"{HEADER},_op", *lines]


def amounts() -> dict[str, str]:
    current = api.latest_snapshot(RELIEF)
    assert current is not None
    fields = ["id_number", "monthly_amount_yuan"]
    rows = [each for batch in api.read_rows(current, fields) for each in batch.to_pylist()]
    return {each["id_number"]: str(each["monthly_amount_yuan"]) for each in rows}


@pytest.fixture
def ten(steward: Actor, now: datetime) -> api.FeedRunInfo:
    return give(steward, relief_lines(10), now=now, mode="full")


@pytest.mark.usefixtures("ten")
def test_rows_are_put_in_replaced_and_deleted(steward: Actor, now: datetime) -> None:
    run = give(
        steward,
        changes(change("upsert", 1, amount="1"), change("delete", 2), change("upsert", 50), change("delete", 60)),
        now=now + HOUR,
    )
    assert (run.state, run.rows_in, run.rows_accepted) == ("PUBLISHED", 4, 4)
    assert FeedRun.objects.get(pk=run.id).merged == {
        "base": Snapshot.objects.get(is_current=False).id,
        "before": 10, "new": 1, "replaced": 1, "deleted": 1, "unchanged": 8, "after": 10,
        "unknown": 1, "overtaken": 0, "in_doubt": 0, "last_line": 11,
    }  # fmt: skip
    found = amounts()
    assert len(found) == 10
    assert found[id_number(1)] == "1.00"
    assert id_number(2) not in found
    assert id_number(50) in found


@pytest.mark.usefixtures("ten")
def test_the_gateways_index_knows_what_a_delta_brought(steward: Actor, now: datetime) -> None:
    give(
        steward,
        changes(change("delete", 2), change("upsert", 3, status="停保"), change("upsert", 4, amount="?")),
        now=now + HOUR,
    )
    current = Snapshot.objects.get(is_current=True)
    assert (current.row_count, current.in_doubt_count) == (9, 1)
    with (
        lmdb.open(str(places.data_dir() / current.index_path), readonly=True, lock=False) as index,
        index.begin() as read,
    ):
        found = {serial: read.get(keyring().subject_key(id_number(serial))) for serial in range(6)}
    assert found[2] is None
    assert decode_entry(found[3] or b"").fields["status"] == "停保"
    assert decode_entry(found[4] or b"").in_doubt
    assert not decode_entry(found[5] or b"").in_doubt


def test_who_is_in_doubt_stays_so_until_something_readable_comes(steward: Actor, now: datetime) -> None:
    api.receive_file(steward, RELIEF, "脏.csv", io.BytesIO(small_dirty_file()), now=now)
    give(steward, changes(change("delete", 2)), now=now + HOUR)
    assert Snapshot.objects.get(is_current=True).in_doubt_count == 1
    mended = ",".join([*row(WANG.id_number or ""), "upsert"])
    give(steward, changes(mended), now=now + 2 * HOUR)
    assert Snapshot.objects.get(is_current=True).in_doubt_count == 0


def test_without_a_whole_one_before_it_a_delta_is_refused_with_a_sentence(steward: Actor, now: datetime) -> None:
    run = give(steward, changes(change("upsert", 1)), now=now)
    assert (run.state, run.outcome_code) == ("REJECTED", "NEEDS_FULL")
    assert run.outcome == "还没有可以合并的整份数据；请先报送一次全量，再报送增量。"


@pytest.mark.usefixtures("ten")
def test_a_file_without_operations_is_no_delta(steward: Actor, now: datetime) -> None:
    run = give(steward, relief_lines(3), now=now + HOUR)
    assert (run.state, run.outcome_code) == ("REJECTED", "MISSING_COLUMNS")
    assert len(amounts()) == 10


@pytest.mark.usefixtures("ten")
def test_a_row_to_delete_that_nobody_can_tell_stops_all_of_it(steward: Actor, now: datetime) -> None:
    nameless = "," * 11 + "delete"
    run = give(steward, changes(change("upsert", 1, amount="1"), nameless), now=now + HOUR)
    assert (run.state, run.outcome_code) == ("REJECTED", "DELETE_WITHOUT_KEY")
    assert amounts()[id_number(1)] == "1010.00"


@pytest.mark.usefixtures("ten")
def test_a_few_bad_rows_hold_nothing_up_and_many_do(steward: Actor, now: datetime) -> None:
    few = give(steward, changes(change("upsert", 1, amount="?"), change("upsert", 2, amount="2")), now=now + HOUR)
    assert (few.state, few.rows_rejected) == ("PUBLISHED", 1)
    assert amounts()[id_number(1)] == "1010.00"
    many = [change("upsert", serial, amount="?" if serial < 25 else "3") for serial in range(100)]
    run = give(steward, changes(*many), now=now + 2 * HOUR)
    assert (run.state, run.outcome_code) == ("REJECTED", "TOO_MANY_REJECTS")
    assert len(amounts()) == 10


@pytest.mark.usefixtures("ten")
def test_no_delta_empties_a_register(steward: Actor, now: datetime) -> None:
    run = give(steward, changes(*(change("delete", serial) for serial in range(10))), now=now + HOUR)
    assert (run.state, run.outcome_code) == ("REJECTED", "NO_ROWS")
    assert len(amounts()) == 10


@pytest.mark.usefixtures("ten")
def test_a_delta_waits_for_what_came_before_it(steward: Actor, now: datetime) -> None:
    content = "\n".join(changes(change("delete", 1))).encode()
    api.receive_file(steward, RELIEF, "a.csv", io.BytesIO(content), now=now + HOUR, mode="delta", inline=False)
    with pytest.raises(FileRefused) as refused:
        give(steward, changes(change("delete", 2)), now=now + 2 * HOUR)
    assert refused.value.code == "DELTA_WAITS"


@pytest.mark.usefixtures("ten")
def test_a_key_renewed_meanwhile_opens_what_both_wrote(steward: Actor, now: datetime) -> None:
    renew_key(RELIEF, now=now)
    give(steward, changes(change("upsert", 50)), now=now + HOUR)
    give(steward, changes(change("delete", 50)), now=now + 2 * HOUR)
    assert set(amounts()) == {id_number(serial) for serial in range(10)}


@pytest.mark.usefixtures("ten")
def test_what_was_merged_over_a_base_gone_by_is_not_published(steward: Actor, now: datetime) -> None:
    content = io.BytesIO("\n".join(changes(change("delete", 1))).encode())
    waiting = api.receive_file(steward, RELIEF, "a.csv", content, now=now + HOUR, mode="delta", inline=False)
    run = FeedRun.objects.get(pk=waiting.id)
    schema = rules_of(RELIEF)
    base = base_of(RELIEF, schema)
    merged = merged_over(run, base)
    FeedRun.objects.filter(pk=run.pk).update(state="CHECKED")
    Snapshot.objects.filter(is_current=True).update(is_current=False)
    with pytest.raises(BaseChanged):
        publish(run, merged, schema=schema, clock=Clock(now + HOUR))
    assert not (places.data_dir() / places.lake_folder(run)).exists()
    assert not (places.data_dir() / places.index_folder(run)).exists()


def merged_over(run: FeedRun, base: Base) -> ingest.Checked:
    schema = rules_of(RELIEF)
    work = places.work_folder(run)
    source = open_sealed(places.received_file(run), keyring=keyring(), context=f"feed:{run.id}")
    checked = ingest.check_changes(
        source,
        FORMATS[run.format],
        schema=schema,
        keyring=keyring(),
        key=base.key,
        snapshot=run.snapshot_name,
        work=work,
    )
    return ingest.merge_over(base, checked, schema=schema, work=work)


@pytest.mark.usefixtures("ten")
def test_only_what_a_source_brought_itself_takes_its_changes(now: datetime) -> None:
    mine = uuid4()
    assert not takes_deltas(RELIEF, source=mine)
    FeedRun.objects.update(source=mine)
    assert takes_deltas(RELIEF, source=mine)


@pytest.mark.usefixtures("ten")
def test_the_account_is_in_the_manifest(steward: Actor, now: datetime) -> None:
    run = give(steward, changes(change("upsert", 1)), now=now + HOUR)
    row = FeedRun.objects.get(pk=run.id)
    manifest = manifest_of(places.data_dir() / row.folder)
    assert manifest["merged"] == row.merged
    assert manifest["lineage"]["mode"] == "delta"
    assert manifest["key"] == ["id_number"]
    assert set(manifest["files"]) == {"data.parquet", "personal.parquet", "rejects.parquet", "doubts.parquet"}
