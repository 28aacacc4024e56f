"""Lay a page beside what stands here: what is new, changed, gone, the same, or refused. Nothing is taken in yet."""

from typing import Any, Final

from django.db import transaction
from django.db.models import Count

from haihe.data.catalogue.cascade.models import Change, ExchangeRun, NodeEntry, StagedEntry
from haihe.data.catalogue.cascade.reading import ReadPage
from haihe.data.catalogue.cascade.records import Entry, plain

MOST_REJECTS: Final = 2000
"""Of one run that are kept by name; all are counted."""


@transaction.atomic
def stage(run: ExchangeRun, page: ReadPage) -> None:
    """Keep what the page brings. Read again, it changes nothing; the later word about an entry counts."""
    codes = [entry.code for entry in page.entries] + [gone.code for gone in page.gone]
    here = {row.local_code: row for row in _standing(run, codes)}
    rows = [_staged(run, entry, here.get(entry.code), page) for entry in page.entries]
    rows += [
        StagedEntry(run=run, code=gone.code, title=here[gone.code].title, change=Change.GONE)
        for gone in page.gone
        if gone.code in here
    ]
    StagedEntry.objects.filter(run=run, code__in=[row.code for row in rows]).exclude(change=Change.REJECTED).delete()
    StagedEntry.objects.bulk_create(rows)
    _refuse(run, page)
    run.is_full = run.is_full and page.is_full
    run.as_of = min(run.as_of, page.as_of) if run.as_of else page.as_of
    run.cursor, run.pages = page.next, run.pages + 1
    count(run)
    run.save()


@transaction.atomic
def finish(run: ExchangeRun) -> None:
    """After the last page of a whole catalogue: what stands here and came on no page is gone."""
    if run.is_full:
        told = set(run.staged.values_list("code", flat=True))
        StagedEntry.objects.bulk_create(
            StagedEntry(run=run, code=row.local_code, title=row.title, change=Change.GONE)
            for row in run.node.entries.filter(gone_at__isnull=True).exclude(local_code__in=told)
        )
    count(run)
    run.save()


def count(run: ExchangeRun) -> None:
    """Count what the run brings; the caller saves."""
    counted = dict(run.staged.order_by().values_list("change").annotate(n=Count("id")))
    for change in Change:
        if change != Change.REJECTED:
            setattr(run, change.lower(), counted.get(change, 0))


def _standing(run: ExchangeRun, codes: list[str]) -> list[NodeEntry]:
    rows = run.node.entries.filter(local_code__in=codes, gone_at__isnull=True)
    return list(rows.defer("found", "ranked"))


def _staged(run: ExchangeRun, entry: Entry, here: NodeEntry | None, page: ReadPage) -> StagedEntry:
    content = plain(entry)
    lists = {item.code_list for item in entry.items} & page.code_lists.keys()
    fields = _differing(content, here.content) if here else []
    change = Change.NEW if here is None else Change.CHANGED if fields else Change.SAME
    return StagedEntry(
        run=run,
        code=entry.code,
        title=entry.title,
        change=change,
        fields=fields,
        content={"entry": content, "code_lists": {slug: plain(page.code_lists[slug]) for slug in sorted(lists)}},
    )


def _differing(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    """Return the elements that differ. That an entry was touched alone is no change to who reads it."""
    names = {name for name in (*new, *old) if new.get(name) != old.get(name)}
    return sorted(names - {"modified_at"})


def _refuse(run: ExchangeRun, page: ReadPage) -> None:
    # A page that is read again after a break tells its rejects again.
    known = set(run.staged.filter(change=Change.REJECTED).values_list("code", "reason"))
    fresh = [reject for reject in page.rejects if (reject.code, reject.reason) not in known]
    run.rejected += len(fresh)
    StagedEntry.objects.bulk_create(
        StagedEntry(run=run, code=reject.code, change=Change.REJECTED, reason=reject.reason)
        for reject in fresh[: max(0, MOST_REJECTS - len(known))]
    )
