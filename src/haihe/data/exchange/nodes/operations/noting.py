"""A node's moves, each written into its history."""

from datetime import datetime

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.data.exchange.nodes.models import Node, NodeEvent
from haihe.data.exchange.nodes.workflow import NODE, Part


def move(
    node: Node, name: str, *, part: Part, now: datetime, actor: Actor = SYSTEM, words: str = "", **facts: object
) -> None:
    """Make one move of a node that is locked, without saving it. Raises: ForbiddenMove."""
    source = node.state
    step = NODE.move(source, name)
    node.state = step.target
    note(node, name, part=part, now=now, actor=actor, words=words, source=source, clause=step.clause, **facts)


def note(
    node: Node,
    name: str,
    *,
    part: Part,
    now: datetime,
    actor: Actor = SYSTEM,
    words: str = "",
    source: str = "",
    clause: str = "",
    **facts: object,
) -> None:
    NodeEvent.objects.create(
        node=node,
        at=now,
        name=name,
        source=source or node.state,
        target=node.state,
        part=part,
        actor_id=actor.user_id,
        actor_name=node.name if part == Part.NODE else actor.name,
        clause=clause,
        words=words,
        facts=facts,
    )
