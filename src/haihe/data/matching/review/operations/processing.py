"""A linkage from begin to end: granted registers, weights, decisions, ledger, and only then a result."""

import json
import logging
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.city import api as city
from haihe.data.exchange import api as exchange
from haihe.data.matching.definition import Definition, Input
from haihe.data.matching.errors import NotGranted
from haihe.data.matching.inputs import Granted, granted_inputs
from haihe.data.matching.linkage import scoring, splinking, training
from haihe.data.matching.linkage.accuracy import expected
from haihe.data.matching.linkage.addresses import Gazetteer
from haihe.data.matching.linkage.comparisons import COMPARISONS
from haihe.data.matching.linkage.deciding import Decision, Thresholds, account, decide
from haihe.data.matching.linkage.model import LinkageModel, untrained, write_model
from haihe.data.matching.linkage.preparing import prepare
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.operations.ending import alive, fail_run
from haihe.data.matching.review.workflow import LinkageRunState

logger = logging.getLogger(__name__)
KEPT_WITHOUT_GRANT: Final = timedelta(days=90)
MOST_IN_REVIEW: Final = 20_000
_FEWEST_TO_LEARN: Final = 1_000


def process_linkage_run(run_id: UUID, *, now: datetime) -> None:
    """Run it to its end; does nothing where another process does, or it has ended."""
    with alive(run_id) as mine:
        waiting = LinkageRun.objects.filter(pk=run_id, state=LinkageRunState.QUEUED)
        if not mine or not waiting.update(state=LinkageRunState.RUNNING):
            return
        run = LinkageRun.objects.get(pk=run_id)
        try:
            _work(run, now)
        except (NotGranted, exchange.SnapshotDamaged) as refused:
            fail_run(run, str(refused), now=now)
        except Exception as error:
            # What an engine says may quote a value, so only its kind is logged.
            logger.error("linkage run %s failed: %s", run.number, type(error).__name__)
            fail_run(run, _("运行出错，请稍后再试；如果再次出错，请联系大数据中心。"), now=now)
        shutil.rmtree(places.work_folder(run), ignore_errors=True)


def _work(run: LinkageRun, now: datetime) -> None:
    model = _definition(run)
    inputs = granted_inputs(model, organisation=run.organisation, now=now)
    _check_masks(run, inputs)
    raw = {side: _read(inputs[side], run.roles[side]) for side in places.SIDES}
    gazetteer = Gazetteer.of((one.code, one.name) for one in city.divisions() if one.level >= 2)
    left, right = (prepare(raw[side], gazetteer) for side in places.SIDES)
    work = places.work_folder(run)
    work.mkdir(parents=True, mode=0o700, exist_ok=True)
    weights, run.is_learnt, pairs = _weigh(left, right, work)
    decided = decide(pairs, Thresholds())
    run.weights, run.link_bits = write_model(weights), Thresholds().link
    best = decided.filter(pc.not_equal(decided["decision"], Decision.APART.value))
    run.curve = [[one.bits, one.pairs, round(one.precision, 5), round(one.recall, 5)] for one in expected(best)]
    told = account(decided, "left", left.num_rows)
    run.left_rows, run.right_rows, run.linked, run.in_review = told.rows, right.num_rows, told.linked, told.in_review
    _publish(run, model, inputs, raw, best, now)


def _definition(run: LinkageRun) -> Definition:
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


def _weigh(left: pa.Table, right: pa.Table, work: Path) -> tuple[LinkageModel, bool, pa.Table]:
    """Learn from the registers; of too few records nothing is learnt, and the weights are those assumed at first."""
    with splinking.opened(work) as connection:
        splinking.load(connection, left, right)
        learnt = min(left.num_rows, right.num_rows) >= _FEWEST_TO_LEARN
        model = untrained(1 / max(left.num_rows, right.num_rows, 2))
        if learnt:
            try:
                model = training.train_loaded(connection)
            except training.NothingToLearn:
                learnt = False
        return model, learnt, scoring.score_loaded(connection, model)


def _publish(
    run: LinkageRun,
    model: Definition,
    inputs: Mapping[str, Granted],
    raw: Mapping[str, pa.Table],
    best: pa.Table,
    now: datetime,
) -> None:
    """Put links in place and, in one transaction, record whom they name, queue the doubtful, and end the run."""
    target = places.result_folder(run)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    pq.write_table(best, target / places.PAIRS, compression="zstd")
    subjects = {side: _subjects(inputs[side], best[side]) for side in places.SIDES}
    with transaction.atomic():
        for side in places.SIDES:
            _record_uses(run, model, inputs[side], subjects[side].values(), now)
        _queue(run, best, raw, subjects)
        run.inputs = [_told(one) for one in inputs.values()]
        run.folder, run.state, run.ended_at = places.folder_of(run), LinkageRunState.DONE, now
        run.expires_at = min([one.until for one in inputs.values() if one.until], default=now + KEPT_WITHOUT_GRANT)
        run.save()


def _subjects(one: Granted, lines: pa.ChunkedArray) -> dict[int, bytes]:
    if not one.table.subject:
        return {}
    table = pq.read_table(one.table.file, columns=["line", one.table.subject])
    named = table.filter(pc.is_in(table["line"], pa.array(pc.unique(lines))))
    return {int(row["line"]): row[one.table.subject] for row in named.to_pylist() if row[one.table.subject]}


def _record_uses(run: LinkageRun, model: Definition, one: Granted, subjects: Iterable[bytes], now: datetime) -> None:
    if one.grant is None:
        return
    use = ledger.UseOfMany(
        kind="COMPARE",
        consumer=run.organisation,
        client="matching",
        owner=one.owner,
        service=one.service,
        resource=one.input.resource,
        grant=one.grant,
        purpose=run.purpose,
        legal_basis=one.legal_basis,
        case=run.number,
        fields=model.fields_of(one.input.name),
        snapshot=one.snapshot.id,
        as_of=one.snapshot.as_of,
    )
    ledger.append_uses(use, sorted(subjects), now=now)


def _queue(
    run: LinkageRun, best: pa.Table, raw: Mapping[str, pa.Table], subjects: Mapping[str, Mapping[int, bytes]]
) -> None:
    """Queue the doubtful pairs, the likeliest first, their values sealed."""
    doubtful = best.filter(pc.equal(best["decision"], Decision.REVIEW.value)).sort_by([("bits", "descending")])
    doubtful = doubtful.slice(0, MOST_IN_REVIEW)
    values = {side: _values(raw[side], doubtful[side]) for side in places.SIDES}
    rows = []
    for one in doubtful.to_pylist():
        pk = uuid4()
        text = json.dumps({side: values[side][one[side]] for side in places.SIDES}, ensure_ascii=False).encode()
        rows.append(
            LinkagePair(
                id=pk,
                run=run,
                left_line=one["left"],
                right_line=one["right"],
                left_subject=subjects["left"].get(one["left"]),
                right_subject=subjects["right"].get(one["right"]),
                bits=one["bits"],
                levels={f"level_{c.name}": one[f"level_{c.name}"] for c in COMPARISONS}
                | {"bits_rare": one["bits_rare"]},
                sealed=keyring().seal(text, context=places.context_of(run, pk)),
            )
        )
    LinkagePair.objects.bulk_create(rows, batch_size=1_000)


def _values(raw: pa.Table, lines: pa.ChunkedArray) -> dict[int, dict[str, Any]]:
    chosen = raw.filter(pc.is_in(raw["line"], pa.array(pc.unique(lines))))
    return {row.pop("line"): row for row in chosen.to_pylist()}


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
