"""No reply goes out before its record is on the disk; where the disk fails, none goes out but "unavailable"."""

from pathlib import Path

import pytest

from haihe.gateway.group_commit import GroupCommit
from haihe.gateway.journal import Batch, Journal, JournalError
from haihe.gateway.messages import Reply
from haihe.gateway.testing import Letterbox, Loop

REPLY = Reply(200, "application/json", b"{}")


class Watched(Journal):
    """A journal that notes what had been sent when it was told to commit."""

    def __init__(self, folder: Path, letterbox: Letterbox, *, fail: bool = False) -> None:
        super().__init__(folder, map_size=1 << 20)
        self.letterbox, self.fail = letterbox, fail
        self.sent_before: list[int] = []

    def commit(self, batch: Batch) -> None:
        self.sent_before.append(len(self.letterbox.replies))
        if self.fail:
            raise JournalError("disk full")
        super().commit(batch)


def gather(commits: GroupCommit, letterbox: Letterbox, record: bytes) -> None:
    commits.join().records.append(record)
    commits.send_when_durable(letterbox, REPLY)


def test_replies_follow_the_commit_and_share_it(tmp_path: Path) -> None:
    letterbox = Letterbox()
    with Watched(tmp_path, letterbox) as journal:
        commits = GroupCommit(journal, Loop())
        gather(commits, letterbox, b"1")
        gather(commits, letterbox, b"2")
        assert letterbox.replies == []
        commits.commit()
        assert letterbox.replies == [REPLY, REPLY]
        assert journal.sent_before == [0]
        assert journal.oldest(at_most=9).records == [b"1", b"2"]


def test_nothing_gathered_costs_no_sync(tmp_path: Path) -> None:
    letterbox = Letterbox()
    with Watched(tmp_path, letterbox) as journal:
        GroupCommit(journal, Loop()).commit()
        assert journal.sent_before == []


def test_whoever_has_nothing_new_to_keep_is_answered_in_the_same_turn_without_a_sync(tmp_path: Path) -> None:
    letterbox, loop = Letterbox(), Loop()
    with Watched(tmp_path, letterbox) as journal:
        GroupCommit(journal, loop).send_when_durable(letterbox, REPLY)
        assert letterbox.replies == []
        loop.turn()
        assert letterbox.replies == [REPLY]
        assert journal.sent_before == []


def test_a_failing_disk_gives_no_answer_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    letterbox = Letterbox()
    with Watched(tmp_path, letterbox, fail=True) as journal:
        commits = GroupCommit(journal, Loop())
        gather(commits, letterbox, b"1")
        commits.commit()
        assert [reply.status for reply in letterbox.replies] == [503]
        journal.fail = False
        gather(commits, letterbox, b"2")
        commits.commit()
        assert [reply.status for reply in letterbox.replies] == [503, 200]
    assert "disk full" in caplog.text
