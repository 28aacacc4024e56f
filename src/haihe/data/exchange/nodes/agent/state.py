"""Where each feed of a node stands, kept across restarts."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from haihe.data.exchange.nodes.agent.home import write_whole
from haihe.data.exchange.nodes.wire import FeedState


class FeedMemory(msgspec.Struct):
    """`open` is a transfer that was begun and not ended: after a crash it is given up and fetched anew.

    `token` is what the source knows the last file by, `sent_at` when something was sent last.
    """

    watermark: str | None = None
    anew: int = 0
    open: UUID | None = None
    last_at: datetime | None = None
    last_transfer: UUID | None = None
    sent_at: datetime | None = None
    token: str = ""
    failures: int = 0
    trouble: str = ""

    def told(self) -> FeedState:
        return FeedState(self.last_at, self.last_transfer, self.trouble)


class Memory:
    """All feeds' memories in one file, whole or as it was before."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._feeds: dict[UUID, FeedMemory] = {}
        if file.exists():
            self._feeds = msgspec.json.decode(file.read_bytes(), type=dict[UUID, FeedMemory])

    def of(self, feed: UUID) -> FeedMemory:
        return self._feeds.setdefault(feed, FeedMemory())

    def all(self) -> dict[UUID, FeedMemory]:
        return self._feeds

    def save(self) -> None:
        write_whole(self._file, msgspec.json.encode(self._feeds))
