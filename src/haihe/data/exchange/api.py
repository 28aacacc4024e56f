"""What neighbours may use of the exchange."""

from haihe.data.exchange.operations.receive import receive_file
from haihe.data.exchange.operations.rerun import NothingToRerun, rerun
from haihe.data.exchange.queries import feed_runs, latest_snapshot, rows_serving
from haihe.data.exchange.reasons import FileRefused
from haihe.data.exchange.records import FeedRunInfo, SnapshotInfo
from haihe.data.exchange.rules import NoRules

__all__ = [
    "FeedRunInfo",
    "FileRefused",
    "NoRules",
    "NothingToRerun",
    "SnapshotInfo",
    "feed_runs",
    "latest_snapshot",
    "receive_file",
    "rerun",
    "rows_serving",
]
