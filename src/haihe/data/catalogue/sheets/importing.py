"""Workbooks too large to wait for: kept, taken in by the worker, their result kept for whoever handed them in.

A job that dies is handed out again and begins anew; what it had registered by then it finds unchanged.
"""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, actor_for
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.models import SheetImport
from haihe.data.catalogue.sheets.reading import Fault, NoWorkbook, Read, read_bytes
from haihe.data.catalogue.sheets.taking_in import MOST_ENTRIES, Taken, check_size, take_in
from haihe.data.catalogue.tasks import take_in_sheet

MOST_FAULTS_KEPT = 200
_TELL_EVERY = 25


@transaction.atomic
def start_import(*, actor: Actor, username: str, name: str, data: bytes, read: Read | None, now: datetime) -> UUID:
    """Keep the workbook for the worker and return its number. Raises: NotPermitted, CatalogueError if it is too large.

    `read` where it was taken apart already; `username` is by whom the worker finds the roles valid then.
    """
    if actor.user_id is None:
        raise NotPermitted("import while signed out")
    if read is not None:
        check_size(read, MOST_ENTRIES)
    total = len(read.resources) if read else 0
    row = SheetImport.objects.create(
        username=username, user=actor.user_id, name=name[:120], file=data, total=total, created_at=now
    )
    take_in_sheet.configure(queueing_lock=f"catalogue.take_in {row.pk}").defer(pk=str(row.pk))
    return row.pk


def run_import(pk: UUID, *, now: datetime) -> None:
    """Take the workbook in and keep what became of it. Harmless to run twice."""
    row = SheetImport.objects.filter(pk=pk, finished_at__isnull=True).first()
    if row is None or row.file is None:
        return
    try:
        result = _taken(row, bytes(row.file), now)
    except (NoWorkbook, CatalogueError) as refused:
        result = {"refusal": getattr(refused, "message", str(refused))}
    except Exception:
        _finish(row, {"refusal": _("登记中途出错，已登记的保留为草稿；请稍后再上传一次，仍不行请联系管理员。")})
        raise
    _finish(row, result)


def taken_of(row: SheetImport) -> tuple[Taken, int]:
    """Return what became of a finished import, and how many more faults there were than are kept."""
    told = row.result or {}
    faults = [Fault(**fault) for fault in told.get("faults", ())]
    taken = Taken(told.get("new", []), told.get("changed", []), told.get("unchanged", []), faults)
    return taken, int(told.get("more_faults", 0))


def _taken(row: SheetImport, data: bytes, now: datetime) -> dict[str, object]:
    read = read_bytes(data)
    check_size(read, MOST_ENTRIES)
    _tell(row, total=len(read.resources), done=0)

    def report(done: int) -> None:
        if done % _TELL_EVERY == 0:
            _tell(row, total=row.total, done=done)

    taken = take_in(actor_for(row.username, now=now), read, now=now, report=report)
    faults = [asdict(fault) for fault in taken.faults]
    return {
        "new": taken.new,
        "changed": taken.changed,
        "unchanged": taken.unchanged,
        "faults": faults[:MOST_FAULTS_KEPT],
        "more_faults": max(0, len(faults) - MOST_FAULTS_KEPT),
    }


def _tell(row: SheetImport, *, total: int, done: int) -> None:
    row.total, row.done = total, done
    row.save(update_fields=["total", "done"])


def _finish(row: SheetImport, result: dict[str, object]) -> None:
    row.result, row.file, row.finished_at, row.done = result, None, timezone.now(), row.total
    row.save()
