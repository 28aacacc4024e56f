"""Background work: exchanges that an operator asked for, and those that go by themselves each hour."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.catalogue.cascade.models import CatalogueNode, Direction, RunState


@app.task(queue="catalogue", name="catalogue.exchange")
def exchange(node: str, whole: bool, by: str = "", name: str = "") -> None:
    """Pull from a node below or push to one above."""
    from haihe.base.accounts.api import Role

    actor = Actor(UUID(by), name, frozenset({(str(Role.OPERATOR), "")})) if by else SYSTEM
    row = CatalogueNode.objects.filter(slug=node, enabled=True).first()
    if row is not None and row.base_url:
        run_exchange(row, actor, whole=whole, now=timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(queue="catalogue", name="catalogue.exchange_all", queueing_lock="catalogue.exchange_all")
def exchange_all(timestamp: int) -> None:
    """Exchange with every node that goes by itself."""
    for row in CatalogueNode.objects.filter(enabled=True, is_automatic=True).exclude(base_url=""):
        run_exchange(row, SYSTEM, whole=False, now=timezone.now())


def ask_for(row: CatalogueNode, *, whole: bool, by: Actor) -> None:
    """Have the worker exchange with a node, in the operator's name."""
    exchange.configure(lock=f"catalogue.exchange:{row.slug}").defer(
        node=row.slug, whole=whole, by=str(by.user_id or ""), name=by.name
    )


def run_exchange(row: CatalogueNode, actor: Actor, *, whole: bool, now: datetime) -> None:
    """Exchange now, unless the last one still waits for the operator's answer."""
    from haihe.data.catalogue.cascade import exchanging

    if row.runs.filter(state=RunState.STAGED).exists():
        return
    act = exchanging.pull if row.direction == Direction.LOWER else exchanging.push
    act(actor=actor, slug=row.slug, now=now, whole=whole)
