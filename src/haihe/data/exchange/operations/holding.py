"""Runs that wait for a steward: the received file stays, the last good snapshot serves on, the owner is told."""

from datetime import datetime

from django.db import transaction

from haihe.data.exchange import ingest, lake, places
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.operations.publish import about
from haihe.data.exchange.quality import api as quality
from haihe.data.exchange.rules import RegisterSchema

HELD_COLUMNS, HELD_CONTENT = "HELD_COLUMNS", "HELD_CONTENT"


def hold_for_columns(run: FeedRun, schema: RegisterSchema, *, now: datetime) -> None:
    """Hold a run before its rows are read: its columns aren't those agreed on."""
    outcome = "文件的列与约定的不同，等数据专员决定；上一份可用数据继续服务。"
    with transaction.atomic():
        move_run(run.id, "hold", now=now, outcome_code=HELD_COLUMNS, outcome=outcome)
        quality.tell_held(run, schema.title, stage="COLUMNS", now=now)


def hold_for_content(run: FeedRun, checked: ingest.Checked, schema: RegisterSchema, *, now: datetime) -> None:
    """Hold a checked run, with its rows for its owner to look at: checks of the whole say that it looks odd."""
    manifest_sha256 = ingest.seal_folder(checked, schema=schema, about=about(run, now))
    lake.put_in_place(checked.folder, places.data_dir() / places.held_folder(run))
    outcome = "数据与规则或上一份相差较大，等数据专员决定；上一份可用数据继续服务。"
    with transaction.atomic():
        FeedRun.objects.filter(pk=run.pk).update(folder=places.held_folder(run), manifest_sha256=manifest_sha256)
        move_run(run.id, "hold", now=now, outcome_code=HELD_CONTENT, outcome=outcome)
        quality.tell_held(run, schema.title, stage="CONTENT", now=now)
