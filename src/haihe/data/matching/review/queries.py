"""Reads. A linkage belongs to the department that asked for it: its stewards and approvers; overseers see counts."""

from uuid import UUID

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Count, QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.data.matching.errors import NotFound
from haihe.data.matching.linkage.clusters import Link, Record, clusters
from haihe.data.matching.linkage.deciding import Decision
from haihe.data.matching.queries import sees_all
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.workflow import PairState

_OFFICE = (Role.STEWARD, Role.APPROVER)


def visible_runs(actor: Actor) -> QuerySet[LinkageRun]:
    rows = LinkageRun.objects.all()
    return rows if sees_all(actor) else rows.filter(organisation__in=actor.organisations(*_OFFICE))


def run_for(actor: Actor, number: str) -> LinkageRun:
    """Raises: NotFound."""
    run = visible_runs(actor).filter(number=number).first()
    if run is None:
        raise NotFound
    return run


def pair_for(actor: Actor, pk: UUID) -> LinkagePair:
    """Return a pair of one's own department: who oversees sees counts, not persons. Raises: NotFound."""
    rows = LinkagePair.objects.select_related("run")
    pair = rows.filter(pk=pk, run__organisation__in=actor.organisations(*_OFFICE)).first()
    if pair is None:
        raise NotFound
    return pair


def states_of(run: LinkageRun) -> dict[str, int]:
    """Return how many pairs of the run stand where."""
    counts = dict(run.pairs.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: counts.get(state, 0) for state in PairState.values}


def persons_of(run: LinkageRun) -> dict[Record, Record]:
    """Return for each linked record the one that stands for its person: the machine's links, corrected by people."""
    linked = pq.read_table(places.result_folder(run) / places.PAIRS, columns=["left", "right", "bits", "decision"])
    sure = linked.filter(pc.equal(linked["decision"], Decision.LINK.value)).to_pylist()
    links = [Link(("left", one["left"]), ("right", one["right"]), one["bits"]) for one in sure]
    judged = run.pairs.filter(state__in=(PairState.SAME, PairState.APART)).values_list(
        "left_line", "right_line", "state"
    )
    ends = [(("left", left), ("right", right), state) for left, right, state in judged]
    links += [Link(one, other) for one, other, state in ends if state == PairState.SAME]
    return clusters(links, [(one, other) for one, other, state in ends if state == PairState.APART])
