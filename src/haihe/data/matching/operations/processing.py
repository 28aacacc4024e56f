"""A run from begin to end: granted inputs, plan, engine, ledger, and only then a result that can be read."""

import hashlib
import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM
from haihe.base.ledger import api as ledger
from haihe.data.exchange import api as exchange
from haihe.data.matching import places
from haihe.data.matching.definition import Definition, ModelRefused, read_definition
from haihe.data.matching.engines.choosing import engine_for
from haihe.data.matching.engines.ports import EngineCancelled, Judged
from haihe.data.matching.errors import NotGranted
from haihe.data.matching.inputs import Granted, granted_inputs, tables_of
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.living import alive, fail_run, locked_run
from haihe.data.matching.operations.moving import make_move
from haihe.data.matching.plan import make_plan
from haihe.data.matching.results import subjects_of, write_result
from haihe.data.matching.workflow import MatchRunState, Part

logger = logging.getLogger(__name__)
KEPT_WITHOUT_GRANT: Final = timedelta(days=90)
"""How long a result is kept that rests on a department's own registers only."""


def process_run(run_id: UUID, *, now: datetime) -> None:
    """Run it to its end; does nothing where another process does, or it has ended."""
    with alive(run_id) as mine:
        if not mine or not _begin(run_id, now):
            return
        run = MatchRun.objects.select_related("version__model").get(pk=run_id)
        clock = _Clock(now)
        try:
            _work(run, clock)
        except EngineCancelled:
            logger.info("match run %s was cancelled", run.number)
        except (NotGranted, ModelRefused) as refused:
            fail_run(run, refused.told if isinstance(refused, ModelRefused) else refused.message, now=clock())
        except exchange.SnapshotDamaged as damage:
            logger.error("match run %s: %s", run.number, damage)
            fail_run(run, _("数据文件校验未通过，请联系大数据中心。"), now=clock())
        except Exception as error:
            # What an engine says may quote a value, so only its kind is logged.
            logger.error("match run %s failed: %s", run.number, type(error).__name__)
            fail_run(run, _("运行出错，请稍后再试；如果再次出错，请联系大数据中心。"), now=clock())
        shutil.rmtree(places.work_folder(run), ignore_errors=True)


class _Clock:
    """`now` as given, moving on with the work."""

    def __init__(self, now: datetime) -> None:
        self._now, self._started = now, monotonic()

    def __call__(self) -> datetime:
        return self._now + timedelta(seconds=monotonic() - self._started)


def _work(run: MatchRun, clock: Callable[[], datetime]) -> None:
    model = read_definition(run.version.text)
    inputs = granted_inputs(model, organisation=run.organisation, now=clock())
    plan = make_plan(model, tables_of(inputs), today=timezone.localdate(clock()))
    work = places.work_folder(run)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    with engine_for(
        run.engine, cancelled=lambda: _was_cancelled(run.pk), progress=lambda share: _tell(run.pk, share)
    ) as engine:
        judged = engine.run(plan, work)
    _publish(run, model, inputs, judged, clock())


def _publish(run: MatchRun, model: Definition, inputs: Mapping[str, Granted], judged: Judged, now: datetime) -> None:
    """Put the result in place and, in one transaction, record whom it names and make it the run's result."""
    work, target = judged.file.parent / "result", places.result_folder(run)
    work.mkdir()
    result = write_result(judged.file, work, model, inputs, number=run.number)
    subjects, sha256 = subjects_of(result), _sha256(result)
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    work.rename(target)
    with transaction.atomic():
        locked = locked_run(run.pk)
        if locked.state != MatchRunState.RUNNING:
            shutil.rmtree(target)
            raise EngineCancelled
        evidence = [number for one in inputs.values() for number in _record_uses(run, model, one, subjects, now)]
        locked.inputs = [_told(one) for one in inputs.values()]
        locked.base_rows = sum(judged.counts.values())
        for outcome, count in judged.counts.items():
            setattr(locked, outcome.lower(), count)
        locked.folder, locked.result_sha256, locked.share_done = places.folder_of(run), sha256, 1.0
        locked.expires_at = min([one.until for one in inputs.values() if one.until], default=now + KEPT_WITHOUT_GRANT)
        locked.ended_at = now
        make_move(locked, SYSTEM, "finish", {Part.SYSTEM}, now=now, evidence=evidence)
        locked.save()


def _record_uses(run: MatchRun, model: Definition, one: Granted, subjects: Sequence[bytes], now: datetime) -> list[str]:
    """Record each person whom the result names, as a use of this input; of one's own register there is none."""
    if one.grant is None:
        return []
    use = ledger.UseOfMany(
        kind="COMPARE",
        consumer=run.organisation,
        client="matching",
        owner=one.owner,
        service=one.service,
        resource=one.input.resource,
        grant=one.grant,
        purpose=model.purpose,
        legal_basis=one.legal_basis,
        case=run.number,
        fields=model.fields_of(one.input.name),
        snapshot=one.snapshot.id,
        as_of=one.snapshot.as_of,
    )
    return ledger.append_uses(use, subjects, now=now)


def _told(one: Granted) -> dict[str, object]:
    return {
        "name": one.input.name,
        "resource": one.input.resource,
        "owner": one.owner,
        "snapshot": one.snapshot.id,
        "as_of": one.snapshot.as_of.isoformat(),
        "rows": one.snapshot.row_count,
        "grant": str(one.grant) if one.grant else "",
        "service": one.service,
    }


def _begin(run_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        run = locked_run(run_id)
        if run.state != MatchRunState.QUEUED:
            return False
        make_move(run, SYSTEM, "begin", {Part.SYSTEM}, now=now)
        run.begun_at = now
        run.save()
    return True


def _was_cancelled(pk: UUID) -> bool:
    return not MatchRun.objects.filter(pk=pk, state=MatchRunState.RUNNING).exists()


def _tell(pk: UUID, share: float) -> None:
    MatchRun.objects.filter(pk=pk, state=MatchRunState.RUNNING).update(share_done=share)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
