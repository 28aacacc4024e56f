"""Reads of the cascade: nodes with how they stand, and the entries of others, found as ours are."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from haihe.data.catalogue.cascade.errors import NodeNotFound
from haihe.data.catalogue.cascade.models import CatalogueNode, ExchangeRun, NodeEntry, StagedEntry
from haihe.data.catalogue.search.finding import matching


def nodes() -> "QuerySet[CatalogueNode]":
    """Return all nodes, each with how many of its entries stand here and how its last exchange ended."""
    last = ExchangeRun.objects.filter(node=OuterRef("pk")).order_by("-started_at")
    return CatalogueNode.objects.annotate(
        standing=Count("entries", filter=Q(entries__gone_at__isnull=True)),
        last_state=Subquery(last.values("state")[:1]),
        last_at=Subquery(last.values("started_at")[:1]),
        last_run=Subquery(last.values("pk")[:1]),
    )


def node(slug: str) -> CatalogueNode:
    """Raises: NodeNotFound."""
    row = nodes().filter(slug=slug).first()
    if row is None:
        raise NodeNotFound
    return row


def run(pk: UUID) -> ExchangeRun:
    """Raises: NodeNotFound."""
    row = ExchangeRun.objects.select_related("node").filter(pk=pk).first()
    if row is None:
        raise NodeNotFound
    return row


def staged(row: ExchangeRun, change: str) -> "QuerySet[StagedEntry]":
    rows = row.staged.filter(change=change) if change else row.staged.exclude(change="SAME")
    return rows.defer("content")


@dataclass(frozen=True, slots=True)
class FoundBelow:
    """Entries of nodes below that match what was typed, and how many."""

    rows: "QuerySet[NodeEntry]"
    total: int


def found_below(typed: str, *, node: str = "", narrowed: dict[str, Any] | None = None) -> FoundBelow:
    """Return the entries that stand here from nodes below and match; anybody may know of them, they are published."""
    rows = NodeEntry.objects.filter(gone_at__isnull=True, node__enabled=True, **(narrowed or {}))
    if node:
        rows = rows.filter(node__slug=node)
    matched = matching(rows, typed).select_related("node").defer("found", "ranked")
    return FoundBelow(matched, matched.count())


def entry_below(slug: str, code: str) -> NodeEntry:
    """Raises: NodeNotFound."""
    row = NodeEntry.objects.select_related("node").filter(node__slug=slug, local_code=code, node__enabled=True).first()
    if row is None:
        raise NodeNotFound
    return row
