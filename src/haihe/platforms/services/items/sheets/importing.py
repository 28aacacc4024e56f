"""Workbooks too large to wait for: kept, taken in by the worker, their result kept for whoever handed them in.

A job that dies is handed out again and begins anew; what it had drafted by then it finds unchanged.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, actor_for
from haihe.platforms.services.items.models import ItemSheetImport
from haihe.platforms.services.items.sheets.reading import CellFault, NoWorkbook, read
from haihe.platforms.services.items.sheets.taking_in import Taken, check_size, take_in
from haihe.platforms.services.items.tasks import take_in_sheet

MOST_FAULTS_KEPT: Final = 200
_TELL_EVERY: Final = 10


@transaction.atomic
def start_import(*, actor: Actor, username: str, name: str, data: bytes, total: int, now: datetime) -> UUID:
    """Keep the workbook for the worker and return its number. `username` is by whom it finds the roles valid then.

    Raises: NotPermitted.
    """
    if actor.user_id is None:
        raise NotPermitted("import while signed out")
    row = ItemSheetImport.objects.create(
        username=username, user=actor.user_id, name=name[:120], file=data, total=total, created_at=now
    )
    take_in_sheet.configure(queueing_lock=f"items.take_in {row.pk}").defer(pk=str(row.pk))
    return row.pk


def run_import(pk: UUID, *, now: datetime) -> None:
    """Take the workbook in and keep what became of it. Harmless to run twice."""
    row = ItemSheetImport.objects.filter(pk=pk, finished_at__isnull=True).first()
    if row is None or row.file is None:
        return
    try:
        result = _taken(row, bytes(row.file), now)
    except NoWorkbook as refused:
        result = {"refusal": str(refused)}
    except Exception:
        # Whoever waits for it is told; the job fails all the same, and its error is logged.
        _finish(row, {"refusal": _("导入中途出错，已成草稿的保留；请稍后再上传一次，仍不行请联系管理员。")}, now)
        raise
    _finish(row, result, now)


def taken_of(row: ItemSheetImport) -> tuple[Taken, int]:
    """Return what became of a finished import, and how many more faults there were than are kept."""
    told = row.result or {}
    faults = [CellFault(**fault) for fault in told.get("faults", ())]
    return Taken(told.get("drafted", []), told.get("unchanged", []), faults), int(told.get("more_faults", 0))


def _taken(row: ItemSheetImport, data: bytes, now: datetime) -> dict[str, object]:
    found = read(data)
    check_size(found)
    _tell(row, total=len(found.items), done=0)

    def report(done: int) -> None:
        if done % _TELL_EVERY == 0:
            _tell(row, total=row.total, done=done)

    taken = take_in(actor_for(row.username, now=now), found, now=now, report=report)
    faults = [asdict(fault) for fault in taken.faults]
    return {
        "drafted": taken.drafted,
        "unchanged": taken.unchanged,
        "faults": faults[:MOST_FAULTS_KEPT],
        "more_faults": max(0, len(faults) - MOST_FAULTS_KEPT),
    }


def _tell(row: ItemSheetImport, *, total: int, done: int) -> None:
    row.total, row.done = total, done
    row.save(update_fields=["total", "done"])


def _finish(row: ItemSheetImport, result: dict[str, object], now: datetime) -> None:
    row.result, row.file, row.finished_at, row.done = result, None, now, row.total
    row.save()
