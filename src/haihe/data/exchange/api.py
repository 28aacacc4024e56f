"""What neighbours may use of the exchange."""

from haihe.data.exchange.queries import feed_runs, latest_snapshot
from haihe.data.exchange.records import FeedRunInfo, SnapshotInfo

__all__ = ["FeedRunInfo", "SnapshotInfo", "feed_runs", "latest_snapshot"]
