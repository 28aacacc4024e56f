"""What a node says of itself every few seconds."""

from datetime import datetime
from uuid import UUID

from haihe.data.exchange.nodes.models import Dispatch, Node, NodeFeed, NodeState
from haihe.data.exchange.nodes.wire import Beat

_VERSION_LENGTH = 32
_TROUBLE_LENGTH = 200


def hear(name: str, beat: Beat, *, now: datetime) -> int | None:
    """Keep what the node says; return the number of the orders it should have, None where it isn't let in."""
    updated = Node.objects.filter(pk=name, state=NodeState.JOINED).update(
        seen_at=now,
        round_trip_ms=beat.round_trip_ms,
        version=beat.version[:_VERSION_LENGTH],
        orders_in_force=beat.orders,
        up_messages=beat.up.messages,
        up_bytes=beat.up.bytes,
        up_oldest_at=beat.up.oldest_at,
        down_messages=beat.down.messages,
        down_bytes=beat.down.bytes,
        disk_free_bytes=beat.disk_free_bytes,
        trouble=beat.trouble[:_TROUBLE_LENGTH],
        takes_changes=beat.takes_changes,
    )
    if not updated:
        return None
    for key, state in beat.feeds.items():
        trouble = state.trouble[:_TROUBLE_LENGTH]
        mine = NodeFeed.objects.filter(pk=UUID(key), node=name)
        mine.exclude(trouble=trouble, told_at=state.last_at).update(trouble=trouble, told_at=state.last_at)
    _note_held_up(name, beat)
    return Node.objects.values_list("orders", flat=True).get(pk=name)


def _note_held_up(name: str, beat: Beat) -> None:
    """Keep why the node still waits with what was sent to it, and forget what doesn't hold any more."""
    held_up = {UUID(key): trouble[:_TROUBLE_LENGTH] for key, trouble in beat.deliveries.items()}
    mine = Dispatch.objects.filter(node=name, ended_at=None)
    mine.exclude(trouble="").exclude(pk__in=held_up).update(trouble="")
    for number, trouble in held_up.items():
        mine.filter(pk=number).exclude(trouble=trouble).update(trouble=trouble)
