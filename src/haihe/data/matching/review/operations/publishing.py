"""Putting the result of a linkage in place: who is named goes to the ledger before anybody can read it."""

import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.matching.definition import Definition
from haihe.data.matching.inputs import Granted
from haihe.data.matching.linkage.comparisons import COMPARISONS
from haihe.data.matching.linkage.deciding import Decision
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.operations.weighing import LinkageCancelled
from haihe.data.matching.review.workflow import RUN
from haihe.data.matching.workflow import Part

KEPT_WITHOUT_GRANT: Final = timedelta(days=90)
MOST_IN_REVIEW: Final = 20_000


def publish(
    run: LinkageRun,
    model: Definition,
    inputs: Mapping[str, Granted],
    raw: Mapping[str, pa.Table],
    best: pa.Table,
    now: datetime,
) -> None:
    """Put links in place and, in one transaction, record whom they name, queue the doubtful, and end the run.

    `run` carries what was found, unsaved. Raises: LinkageCancelled where somebody stopped it meanwhile.
    """
    target = places.result_folder(run)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    pq.write_table(best, target / places.PAIRS, compression="zstd")
    subjects = {side: _subjects(inputs[side], best[side]) for side in places.SIDES}
    with transaction.atomic():
        state = LinkageRun.objects.select_for_update().values_list("state", flat=True).get(pk=run.pk)
        finish = next((move for move in RUN.allowed(state, {Part.SYSTEM}) if move.name == "finish"), None)
        if finish is None:
            shutil.rmtree(target)
            raise LinkageCancelled
        for side in places.SIDES:
            _record_uses(run, model, inputs[side], subjects[side].values(), now)
        _queue(run, best, raw, subjects)
        run.inputs = [_told(one) for one in inputs.values()]
        run.folder, run.state, run.ended_at = places.folder_of(run), finish.target, now
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
