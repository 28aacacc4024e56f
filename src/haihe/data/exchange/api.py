"""What neighbours may use of the exchange."""

from haihe.data.exchange.changed_rows import Op, read_changes
from haihe.data.exchange.deltas.base import comes_from, is_key, takes_deltas
from haihe.data.exchange.endings import on_end
from haihe.data.exchange.events import SNAPSHOT_PUBLISHED
from haihe.data.exchange.finding import row_of
from haihe.data.exchange.lake import SnapshotDamaged
from haihe.data.exchange.lineage.further import add_uses
from haihe.data.exchange.lineage.knots import Knot, Stage
from haihe.data.exchange.operations.arriving import (
    Arrival,
    begin_arrival,
    copy_arrival,
    drop_arrival,
    receive_fetched,
)
from haihe.data.exchange.operations.moving import alive, is_dead
from haihe.data.exchange.operations.receive import receive_file
from haihe.data.exchange.operations.rerun import NothingToRerun, rerun
from haihe.data.exchange.quality.operations.agreeing import agree_on_rules
from haihe.data.exchange.queries import feed_runs, latest_snapshot, latest_snapshots, rows_serving
from haihe.data.exchange.reading import UnknownField, read_rows
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.records import FeedRunInfo, SnapshotInfo
from haihe.data.exchange.rules import NoRules
from haihe.data.exchange.sources.schedules import ScheduleRefused, check_schedule, next_due
from haihe.data.exchange.tables import SnapshotTable, StoredColumn, open_table, stored_columns

__all__ = [
    "SNAPSHOT_PUBLISHED",
    "Arrival",
    "FeedRunInfo",
    "FileRefused",
    "Knot",
    "NoRules",
    "NothingToRerun",
    "Op",
    "Refusal",
    "ScheduleRefused",
    "SnapshotDamaged",
    "SnapshotInfo",
    "SnapshotTable",
    "Stage",
    "StoredColumn",
    "UnknownField",
    "add_uses",
    "agree_on_rules",
    "alive",
    "begin_arrival",
    "check_schedule",
    "comes_from",
    "copy_arrival",
    "drop_arrival",
    "feed_runs",
    "is_dead",
    "is_key",
    "latest_snapshot",
    "latest_snapshots",
    "next_due",
    "on_end",
    "open_table",
    "read_changes",
    "read_rows",
    "receive_fetched",
    "receive_file",
    "rerun",
    "row_of",
    "rows_serving",
    "stored_columns",
    "takes_deltas",
]
