"""A correction reaches whoever was told the wrong value (art. 26): found in the ledger, told once, closed by fetching.

Data contains a correction if it was true at or after the moment the source closed it; a source that fed the right data
before it closed says so itself. Everything here may be done again at any time and does nothing twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.ledger import api as ledger
from haihe.data.sharing.errors import NotNow
from haihe.data.sharing.events import announce_corrected, announce_in_use
from haihe.data.sharing.models import CorrectedData, Correction, CorrectionNotice, DataArrival
from haihe.data.sharing.operations.moving import record
from haihe.data.sharing.queries.access import correction_for, parts_on_correction
from haihe.data.sharing.queries.corrected import data_to_confirm
from haihe.data.sharing.telling_corrected import tell_consumers
from haihe.data.sharing.workflow import CLOCKS, ClockName, CorrectionState, Part
from haihe.kernel.answers import UnknownReason

LOOKED_AT_AGAIN_FOR: Final = timedelta(days=3)
"""So long records of answers from before may still come in: the gateway keeps them while the database is away."""
_SAYS_NOTHING: Final = frozenset({UnknownReason.SOURCE_UNREACHABLE, UnknownReason.SOURCE_STALE})
"""Of the person's own row; everything else does."""
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SUBJECTS_AT_ONCE = 500
_OWNERS = frozenset({Part.OWNER_STEWARD, Part.OWNER_APPROVER})
_CLAUSE = CLOCKS[ClockName.CORRECTION].clause

type _Use = tuple[str, str, str]


@transaction.atomic
def data_arrived(*, resource: str, snapshot: str, as_of: datetime, now: datetime) -> int:
    """New data of a resource is in use: let the corrections in it reach their consumers. Return how many those were."""
    told = {"resource": resource, "as_of": as_of, "heard_at": now}
    arrival, _is_new = DataArrival.objects.get_or_create(snapshot=snapshot, defaults=told)
    waiting = Correction.objects.select_for_update(of=("self",)).filter(
        resource=resource, state=CorrectionState.CORRECTED, data=None, closed_at__lte=as_of
    )
    rows = list(waiting)
    for row in rows:
        data = CorrectedData.objects.create(correction=row, arrival=arrival, in_use_at=now)
        announce_in_use(data)
        _spread(data, now=now)
    return len(rows)


@transaction.atomic
def confirm_data(*, actor: Actor, number: str, now: datetime) -> None:
    """Say, as the owner, that the data in use has the correction already. Raises: NotFound, NotPermitted, NotNow."""
    row = Correction.objects.select_for_update().get(pk=correction_for(actor, number).pk)
    parts = parts_on_correction(actor, row) & _OWNERS
    if not parts:
        raise NotPermitted("only the source says that its data is right")
    arrival = data_to_confirm(row)
    if arrival is None:
        raise NotNow(_("还没有比这次答复更新的数据；请先上传更正后的数据。"))
    data = CorrectedData.objects.create(
        correction=row, arrival=arrival, in_use_at=now, said_by=actor.user_id, said_name=actor.name
    )
    record(
        row,
        actor,
        name="confirm_data",
        part=min(parts),
        clause=_CLAUSE,
        now=now,
        source=row.state,
        target=row.state,
        organisation=row.owner,
        facts={"snapshot": arrival.snapshot},
    )
    announce_in_use(data)
    _spread(data, now=now)


def follow_up(*, now: datetime) -> int:
    """Tell whom late records name, and close what was fetched; return how many notices were closed."""
    recent = CorrectedData.objects.filter(in_use_at__gt=now - LOOKED_AT_AGAIN_FOR).values_list("pk", flat=True)
    for pk in list(recent):
        with transaction.atomic():
            _spread(CorrectedData.objects.select_for_update().get(pk=pk), now=now)
    return _close_fetched()


def _spread(data: CorrectedData, *, now: datetime) -> None:
    """Write and tell a notice for each consumer, service and case that got an answer from before."""
    row = data.correction
    uses = ledger.uses_of_subjects([bytes(row.subject_key)], since=_EVER)
    before: dict[_Use, list[ledger.LedgerEntry]] = defaultdict(list)
    for entry in uses:
        # Its own look at whom the report is about was no answer to anybody.
        if entry.resource != row.resource or not entry.consumer or entry.consumer == row.owner:
            continue
        if _says_something(entry) and not _is_new(entry, data):
            before[entry.consumer, entry.service or "", entry.case or ""].append(entry)
    new = [notice for use, entries in before.items() if (notice := _write(row, use, entries, now))]
    for notice in new:
        announce_corrected(notice, corrected_at=data.in_use_at)
    tell_consumers(row, new, now=now)


def _write(row: Correction, use: _Use, entries: list[ledger.LedgerEntry], now: datetime) -> CorrectionNotice | None:
    """Return the notice if it is new; one known already learns of answers that came into the ledger late."""
    consumer, service, case = use
    last = entries[-1]
    told = {
        "scope": list(last.fields),
        "evidence": last.evidence,
        "answers": len(entries),
        "answered_at": last.at,
    }
    notice, is_new = CorrectionNotice.objects.get_or_create(
        correction=row, consumer=consumer, service=service, case=case, defaults=told | {"told_at": now}
    )
    if not is_new and notice.answers < len(entries) and notice.fetched_at is None:
        CorrectionNotice.objects.filter(pk=notice.pk).update(**told)
    return notice if is_new else None


@transaction.atomic
def _close_fetched() -> int:
    waiting = CorrectionNotice.objects.filter(fetched_at=None).select_for_update(of=("self",))
    rows = list(waiting.select_related("correction__data__arrival").order_by("id"))
    subjects = sorted({bytes(notice.correction.subject_key) for notice in rows})
    count = 0
    for start in range(0, len(subjects), _SUBJECTS_AT_ONCE):
        part = subjects[start : start + _SUBJECTS_AT_ONCE]
        those = [notice for notice in rows if bytes(notice.correction.subject_key) in set(part)]
        since = min(notice.answered_at for notice in those)
        count += _close(those, ledger.uses_of_subjects(part, since=since))
    return count


def _close(notices: Iterable[CorrectionNotice], uses: Iterable[ledger.LedgerEntry]) -> int:
    by_asker: dict[tuple[str, str, str], list[ledger.LedgerEntry]] = defaultdict(list)
    for entry in uses:
        if _says_something(entry):
            by_asker[entry.subject or "", entry.consumer or "", entry.service or ""].append(entry)
    closed = 0
    for notice in notices:
        asked = by_asker[bytes(notice.correction.subject_key).hex(), notice.consumer, notice.service]
        fetched = next((entry for entry in asked if _is_new(entry, notice.correction.data)), None)
        if fetched is not None:
            changes = {"fetched_at": fetched.at, "fetched_evidence": fetched.evidence}
            closed += CorrectionNotice.objects.filter(pk=notice.pk, fetched_at=None).update(**changes)
    return closed


def _says_something(entry: ledger.LedgerEntry) -> bool:
    """True unless the source was silent: then nothing was told that could be wrong."""
    if entry.answer is None:
        return False
    reasons = [reason for _answer, reason in entry.told] or [entry.reason]
    return any(reason not in _SAYS_NOTHING for reason in reasons)


def _is_new(entry: ledger.LedgerEntry, data: CorrectedData) -> bool:
    """True if the answer rests on data that has the correction. The ledger's times have milliseconds."""
    if entry.as_of is None:
        return entry.at >= data.in_use_at
    as_of = data.arrival.as_of
    return entry.as_of >= as_of.replace(microsecond=as_of.microsecond // 1000 * 1000)
