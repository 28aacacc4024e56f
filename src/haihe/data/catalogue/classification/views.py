"""The page of the classification: the tree with how many entries stand at and below each node."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haihe.base.accounts.api import actor_of
from haihe.data.catalogue import queries
from haihe.data.catalogue.classification.tree import CLASS_DIGITS, DEPARTMENT, KIND_DIGITS, Node, nodes, parent_of


@dataclass(frozen=True, slots=True)
class Branch:
    """A node, how many visible entries stand there or below, and the nodes below it."""

    node: Node
    count: int
    below: list["Branch"]


@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    rows = queries.visible_resources(actor_of(request)).exclude(classification="").order_by()
    by_code = dict(rows.values_list("classification").annotate(count=Count("pk")))
    owners = Counter(
        dict(rows.filter(classification__startswith=DEPARTMENT).values_list("owner").annotate(Count("pk")))
    )
    tops = [node for node in nodes().values() if len(node.code) == CLASS_DIGITS]
    context = {"branches": [_branch(node, by_code) for node in tops], "owners": owners.most_common()}
    return render(request, "catalogue/classes.html", context)


def _branch(node: Node, by_code: dict[str, int]) -> Branch:
    """A 项 counts what stands at it without 目, whose code is filled up with noughts, as well as what is below."""
    count = sum(number for code, number in by_code.items() if code.startswith(node.code))
    deeper = len(node.code) < KIND_DIGITS or node.code in {parent_of(code) for code in nodes()}
    children = [child for child in nodes().values() if deeper and parent_of(child.code) == node.code]
    return Branch(node, count, [_branch(child, by_code) for child in children])
