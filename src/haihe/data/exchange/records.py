"""What the exchange tells others: frozen views of its rows."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from haihe.data.exchange import models


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A snapshot in the lake. Paths are relative to the data directory."""

    id: str
    resource: str
    as_of: datetime
    row_count: int
    in_doubt_count: int
    data_sha256: str
    path: str
    index_path: str


@dataclass(frozen=True, slots=True)
class FeedRunInfo:
    """A feed run as it stands. `outcome` is the Chinese sentence that tells its owner how it ended."""

    id: UUID
    resource: str
    owner: str
    filename: str
    received_at: datetime
    as_of: datetime
    state: str
    rows_in: int
    rows_accepted: int
    rows_rejected: int
    blank_lines: int
    outcome_code: str
    outcome: str
    finished_at: datetime | None
    reasons: dict[str, int] = field(default_factory=dict)


def snapshot_info(row: models.Snapshot) -> SnapshotInfo:
    return SnapshotInfo(
        row.id,
        row.resource,
        row.as_of,
        row.row_count,
        row.in_doubt_count,
        row.data_sha256,
        row.path,
        row.index_path,
    )


def feed_run_info(row: models.FeedRun) -> FeedRunInfo:
    return FeedRunInfo(
        id=row.id,
        resource=row.resource,
        owner=row.owner,
        filename=row.filename,
        received_at=row.received_at,
        as_of=row.as_of,
        state=row.state,
        rows_in=row.rows_in,
        rows_accepted=row.rows_accepted,
        rows_rejected=row.rows_rejected,
        blank_lines=row.blank_lines,
        outcome_code=row.outcome_code,
        outcome=row.outcome,
        finished_at=row.finished_at,
        reasons=dict(row.reasons),
    )
