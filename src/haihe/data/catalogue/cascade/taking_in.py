"""Take in what was staged: exactly what the operator saw, in one transaction, and again without effect."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.data.catalogue.cascade.models import CatalogueNode, Change, ExchangeRun, NodeEntry, RunState, StagedEntry
from haihe.data.catalogue.errors import NotNow
from haihe.data.catalogue.search.document import document

_AT_ONCE: Final = 500
_COLUMNS: Final = (
    *("title", "owner", "owner_name", "category", "sharing_type", "update_cycle", "opening_type", "classification"),
)
_WRITTEN: Final = (*_COLUMNS, "content", "code_lists", "modified_at", "taken_at", "gone_at", "found", "ranked")


@transaction.atomic
def take_in(run_id: UUID, *, now: datetime) -> ExchangeRun:
    """Write the staged entries. Raises: NotNow, if the run isn't waiting for that."""
    run = ExchangeRun.objects.select_for_update().select_related("node").get(pk=run_id)
    if run.state != RunState.STAGED:
        raise NotNow(_("这次交换不在待确认状态，请刷新页面。"))
    brought = run.staged.filter(change__in=(Change.NEW, Change.CHANGED, Change.SAME))
    batch: list[StagedEntry] = []
    for staged in brought.order_by("pk").iterator(chunk_size=_AT_ONCE):
        batch.append(staged)
        if len(batch) == _AT_ONCE:
            _write(run.node, batch, now)
            batch.clear()
    _write(run.node, batch, now)
    gone = run.staged.filter(change=Change.GONE).values("code")
    run.node.entries.filter(local_code__in=gone, gone_at__isnull=True).update(gone_at=now)
    run.state, run.finished_at = RunState.DONE, now
    run.save()
    run.staged.exclude(change=Change.REJECTED).update(content=None)
    if run.as_of is not None:
        CatalogueNode.objects.filter(pk=run.node_id).update(since=run.as_of)
    return run


def _write(node: CatalogueNode, batch: list[StagedEntry], now: datetime) -> None:
    rows = [_row(node, staged.content, now) for staged in batch if staged.content]
    NodeEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["node", "local_code"], update_fields=list(_WRITTEN)
    )


def _row(node: CatalogueNode, content: dict[str, Any], now: datetime) -> NodeEntry:
    entry = content["entry"]
    found, ranked = document(
        codes=(entry["code"], entry.get("guide_code", "")),
        title=entry["title"],
        subject=entry["subject_area"],
        items=[item["title"] for item in entry["items"]],
        abstract=entry["abstract"],
        owner=(entry["owner_name"], node.name),
        keywords=entry.get("keywords", ()),
    )
    return NodeEntry(
        node=node,
        code=f"{node.slug}:{entry['code']}",
        local_code=entry["code"],
        **{name: entry.get(name, "CLOSED" if name == "opening_type" else "") for name in _COLUMNS},
        content=entry,
        code_lists=content["code_lists"],
        modified_at=datetime.fromisoformat(entry["modified_at"]),
        taken_at=now,
        found=found,
        ranked=ranked,
    )
