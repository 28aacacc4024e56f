"""Reads. A linkage belongs to the department that asked for it: its stewards and approvers; overseers see counts."""

from collections import defaultdict
from uuid import UUID

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Count, Q, QuerySet

from haihe.base.accounts.api import Actor, Role
from haihe.data.matching.errors import NotFound
from haihe.data.matching.linkage.clusters import Link, Record, clusters
from haihe.data.matching.linkage.deciding import Decision
from haihe.data.matching.queries import sees_all
from haihe.data.matching.review import places
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.workflow import WAITING, PairState

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


def waiting_for(actor: Actor, run: LinkageRun) -> QuerySet[LinkagePair]:
    """Return the pairs that this actor may say something of, in the order of the queue."""
    rows = run.pairs.filter(state__in=WAITING)
    if actor.user_id is not None:
        rows = rows.exclude(verdicts__by=actor.user_id)
    return rows if actor.has(Role.APPROVER, run.organisation) else rows.exclude(state=PairState.DISPUTED)


def next_pair(actor: Actor, run: LinkageRun, *, after: UUID | None) -> LinkagePair | None:
    """Return the next pair that waits for this actor, from the first again at the end; None where there is none."""
    rows = waiting_for(actor, run)
    place = run.pairs.filter(pk=after).first() if after else None
    if place is None:
        return rows.first()
    line = Q(left_line__gt=place.left_line) | Q(left_line=place.left_line, right_line__gt=place.right_line)
    later = rows.filter(Q(bits__lt=place.bits) | Q(bits=place.bits) & line)
    return later.first() or rows.exclude(pk=place.pk).first()


def clusters_of(run: LinkageRun) -> list[tuple[Record, ...]]:
    """Return the records of each person who stands in more than one, in order."""
    found: dict[Record, list[Record]] = defaultdict(list)
    for record, person in persons_of(run).items():
        found[person].append(record)
    return sorted(tuple(sorted(records)) for records in found.values() if len(records) > 1)


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
