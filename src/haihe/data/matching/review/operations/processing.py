"""A linkage from begin to end: granted registers, weights, decisions, ledger, and only then a result."""

import logging
import shutil
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.data.exchange import api as exchange
from haihe.data.matching.definition import Definition, Input
from haihe.data.matching.errors import NotGranted
from haihe.data.matching.inputs import Granted, granted_inputs
from haihe.data.matching.linkage.accuracy import STEPS, expected
from haihe.data.matching.linkage.addresses import Gazetteer
from haihe.data.matching.linkage.deciding import Decision, Thresholds, account, effects
from haihe.data.matching.linkage.model import write_model
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.operations.ending import alive, fail_run
from haihe.data.matching.review.operations.publishing import publish
from haihe.data.matching.review.operations.weighing import LinkageCancelled, Weighed, Weighing
from haihe.data.matching.review.workflow import LinkageRunState, LinkageStep

logger = logging.getLogger(__name__)


def process_linkage_run(run_id: UUID, *, now: datetime) -> None:
    """Run it to its end; does nothing where another process does, or it has ended."""
    with alive(run_id) as mine:
        waiting = LinkageRun.objects.filter(pk=run_id, state=LinkageRunState.QUEUED)
        if not mine or not waiting.update(state=LinkageRunState.RUNNING, step=LinkageStep.READ):
            return
        run = LinkageRun.objects.get(pk=run_id)
        try:
            _work(run, now)
        except LinkageCancelled:
            logger.info("linkage run %s was cancelled", run.number)
        except (NotGranted, exchange.SnapshotDamaged) as refused:
            fail_run(run, str(refused), now=now)
        except Exception as error:
            # What an engine says may quote a value, so only its kind is logged.
            logger.error("linkage run %s failed: %s", run.number, type(error).__name__)
            fail_run(run, _("运行出错，请稍后再试；如果再次出错，请联系大数据中心。"), now=now)
        shutil.rmtree(places.work_folder(run), ignore_errors=True)


def _work(run: LinkageRun, now: datetime) -> None:
    model = definition_of(run)
    inputs = granted_inputs(model, organisation=run.organisation, now=now)
    _check_masks(run, inputs)
    raw = {side: _read(inputs[side], run.roles[side]) for side in places.SIDES}
    gazetteer = Gazetteer.of((one.code, one.name) for one in city.divisions() if one.level >= 2)
    thresholds = Thresholds(link=run.link_bits, review=run.review_bits)
    work = places.work_folder(run)
    work.mkdir(parents=True, mode=0o700, exist_ok=True)
    weighed = Weighing(raw, gazetteer, thresholds, work).run(goes_on=lambda step: _goes_on(run, step))
    best = _found(run, weighed, raw)
    if not _goes_on(run, LinkageStep.RECORD):
        raise LinkageCancelled
    publish(run, model, inputs, raw, best, now)


def _goes_on(run: LinkageRun, step: LinkageStep) -> bool:
    """Tell what it is at; False once it isn't running any more."""
    run.step = step
    return bool(LinkageRun.objects.filter(pk=run.pk, state=LinkageRunState.RUNNING).update(step=step))


def _found(run: LinkageRun, weighed: Weighed, raw: Mapping[str, pa.Table]) -> pa.Table:
    """Write on the run what came out, unsaved; return the pairs that aren't apart."""
    best = weighed.decided.filter(pc.not_equal(weighed.decided["decision"], Decision.APART.value))
    run.weights, run.is_learnt = write_model(weighed.model), weighed.is_learnt
    run.curve = [[one.bits, one.pairs, round(one.precision, 5), round(one.recall, 5)] for one in expected(best)]
    steps = [bits for bits in STEPS if bits >= run.review_bits]
    run.effects = [[one.bits, one.linked, one.in_review] for one in effects(weighed.decided, "left", steps)]
    told = account(weighed.decided, "left", raw["left"].num_rows)
    run.left_rows, run.right_rows = told.rows, raw["right"].num_rows
    run.linked, run.in_review = told.linked, told.in_review
    return best


def definition_of(run: LinkageRun) -> Definition:
    """The registers and fields as a model, so that grants are looked at as for any comparison."""
    fields = [f"{side}.{field}" for side in places.SIDES for field in run.roles[side].values()]
    return Definition(
        title=run.number,
        purpose=run.purpose,
        legal_basis=run.legal_basis,
        inputs=(
            Input(name="left", resource=run.left_resource),
            Input(
                name="right",
                resource=run.right_resource,
                key=run.roles["right"]["name"],
                equals=f"left.{run.roles['left']['name']}",
            ),
        ),
        conditions=(),
        output=tuple(fields),
    )


def _check_masks(run: LinkageRun, inputs: Mapping[str, Granted]) -> None:
    masked = sorted(
        {field for side in places.SIDES for field in run.roles[side].values() if field in inputs[side].masks}
    )
    if masked:
        raise NotGranted(_("授权只给这些字段的脱敏值，不能用来关联：%(fields)s。") % {"fields": "、".join(masked)})


def _read(one: Granted, roles: Mapping[str, str]) -> pa.Table:
    """Return the register in clear, its columns named by their roles. It stays in this process's memory."""
    batches = list(exchange.read_rows(one.snapshot, list(roles.values())))
    columns = {"line": pa.chunked_array([batch["line"] for batch in batches], pa.int64())}
    for role, field in roles.items():
        columns[role] = pa.chunked_array([batch[field].cast(pa.string()) for batch in batches], pa.string())
    return pa.table(columns)
