"""Taking a file in."""

import unicodedata
from datetime import datetime
from typing import IO
from uuid import uuid4

from django.db import transaction

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.jobs import api as jobs
from haihe.base.keys.api import keyring
from haihe.data.exchange import disk, formats, places
from haihe.data.exchange.formats.encoding import HEAD_BYTES
from haihe.data.exchange.lake import remove
from haihe.data.exchange.models import TERMINAL_STATES, UPLOAD, FeedRun, FeedRunMove, Mode, RunState
from haihe.data.exchange.operations.process import Watch, process_run
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality.api import rules_of
from haihe.data.exchange.queries import latest_snapshot
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.received import TooLarge, open_sealed, write_sealed
from haihe.data.exchange.records import FeedRunInfo, feed_run_info
from haihe.data.exchange.tasks import process_feed

MOST_BYTES = 2 * 1024**3
INLINE_BYTES = 1024 * 1024
_NAME_LENGTH = 200
_NO_ROOM = "数据中心存放数据的磁盘已满，暂时收不了文件；大数据中心会收到告警，请稍后再传。"


def receive_file(
    actor: Actor,
    resource: str,
    filename: str,
    content: IO[bytes],
    *,
    now: datetime,
    as_of: datetime | None = None,
    mode: str = Mode.FULL,
    inline: bool | None = None,
    watch: Watch = lambda _: None,
) -> FeedRunInfo:
    """Take a file for a resource from one of its owner's stewards, and process it.

    `as_of` is the moment the data was true, `now` if not said. In the mode "delta" the file holds changes alone.
    Files up to 1 MiB are processed before this returns, larger ones by the worker; `inline` decides otherwise, and
    `watch` hears the share read. The file lies sealed until its run has ended.

    Raises: NoRules, NotPermitted; FileRefused where the file isn't even taken (too large, empty, as_of in the future or
    before the current snapshot's, changes before what they follow has ended). What is wrong with its contents is told
    by the run.
    """
    schema = rules_of(resource)
    owner = owner_of(resource)
    require(actor, Role.STEWARD, organisation=owner)
    check_time(resource, as_of or now, now)
    check_order(resource, mode)
    run = FeedRun(
        id=uuid4(),
        mode=mode,
        resource=schema.resource,
        owner=owner,
        connector=UPLOAD,
        filename=plain_name(filename),
        submitted_by=actor.user_id,
        submitted_name=actor.name,
        received_at=now,
        as_of=as_of or now,
    )
    _store(run, content)
    run.format = format_of(run)
    run.queued = run.size_bytes > INLINE_BYTES if inline is None else not inline
    with transaction.atomic():
        run.save(force_insert=True)
        FeedRunMove.objects.create(run=run, name="receive", target=RunState.RECEIVED, at=now, by=actor.name)
        if run.queued:
            process_feed.configure(queueing_lock=str(run.id)).defer(run_id=str(run.id), **jobs.trace())
    if not run.queued:
        process_run(run.id, now=now, watch=watch)
        run.refresh_from_db()
    return feed_run_info(run)


def check_time(resource: str, as_of: datetime, now: datetime) -> None:
    """Raises: FileRefused."""
    if as_of > now:
        raise FileRefused(Refusal.AS_OF_IN_FUTURE, "数据截止时间不能晚于现在。")
    current = latest_snapshot(resource)
    if current and as_of < current.as_of:
        raise FileRefused(Refusal.OLDER_THAN_CURRENT, "数据截止时间早于正在使用的那一份；不会用旧数据替换新数据。")


def check_order(resource: str, mode: str) -> None:
    """Changes alone are merged in their order: whatever came before them must have ended. Raises: FileRefused."""
    if mode != Mode.DELTA:
        return
    unfinished = FeedRun.objects.filter(resource=resource).exclude(state__in=TERMINAL_STATES)
    # A whole file that a steward has yet to decide on is older than any change to come, and would be refused after it.
    if unfinished.exclude(state=RunState.HELD, mode=Mode.FULL).exists():
        sentence = "前一份数据还没有处理完，请等它有了结果再报送增量；增量必须按顺序采用。"
        raise FileRefused(Refusal.DELTA_WAITS, sentence)


def _store(run: FeedRun, content: IO[bytes]) -> None:
    file = places.received_file(run)
    try:
        file.parent.mkdir(parents=True, mode=0o700)
        received = write_sealed(content, file, keyring=keyring(), context=f"feed:{run.id}", most_bytes=MOST_BYTES)
        if not received.size_bytes:
            raise FileRefused(Refusal.EMPTY_FILE, "文件是空的。")
    except TooLarge:
        remove(file.parent)
        raise FileRefused(Refusal.TOO_LARGE, f"文件超过 {MOST_BYTES // 1024**3} GB；请分年度或分区上传。") from None
    except OSError as error:
        remove(file.parent)
        if disk.is_full(error):
            raise FileRefused(Refusal.NO_ROOM, _NO_ROOM) from None
        raise
    except BaseException:
        remove(file.parent)
        raise
    run.source_sha256, run.size_bytes = received.sha256, received.size_bytes


def format_of(run: FeedRun) -> str:
    """Find the format of a run's received file by what it holds."""
    head = bytearray()
    for piece in open_sealed(places.received_file(run), keyring=keyring(), context=f"feed:{run.id}")():
        head += piece
        if len(head) >= HEAD_BYTES:
            break
    return formats.detect(run.filename, bytes(head[:HEAD_BYTES])).name


def plain_name(filename: str) -> str:
    """Keep the last part of a path, without what can't be seen: it is shown, and never used as a path."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    return seen[-_NAME_LENGTH:] or "file.csv"
