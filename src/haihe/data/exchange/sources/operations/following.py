"""Where a fetch goes on: after what was published last from its source, or at the start, with all rows."""

from collections.abc import Sequence

from haihe.data.exchange import api as exchange
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.connectors.ports import BringsOnlyChanges
from haihe.data.exchange.reasons import Refusal
from haihe.data.exchange.sources.models import Source, SourceRunState


def since_of(source: Source) -> str | None:
    """Return the watermark to go on from.

    None, for all rows, where nothing was published yet, where what serves came from elsewhere or by other rules, where
    the source's key isn't the register's, and where its last changes couldn't be told. Raises: FetchFailed where there
    are changes alone and nothing that they could be merged over: better they wait where they are.
    """
    connector = CONNECTORS[source.connector]
    key = getattr(read_as(source.settings, connector.settings), "key", ())
    if isinstance(connector, BringsOnlyChanges):
        _check_base(source, key)
        return source.watermark
    if source.watermark is not None and not _follows(source, key):
        forget(source)
    return source.watermark


def brings_all_rows(source: Source) -> bool:
    return not isinstance(CONNECTORS[source.connector], BringsOnlyChanges)


def forget(source: Source) -> None:
    """Begin from the start: what the connector remembers of its last fetch goes with the next one."""
    Source.objects.filter(pk=source.pk).update(watermark=None)
    source.watermark = None


def _follows(source: Source, key: Sequence[str]) -> bool:
    if not key:
        # All rows each time, and a watermark that only tells whether they are other ones.
        return exchange.comes_from(source.resource, source=source.pk)
    return (
        exchange.is_key(source.resource, key)
        and exchange.takes_deltas(source.resource, source=source.pk)
        and not _was_untold(source)
    )


def _check_base(source: Source, key: Sequence[str]) -> None:
    if not exchange.is_key(source.resource, key):
        raise FetchFailed(Fault.OTHER_KEY)
    if not exchange.takes_deltas(source.resource, source=None):
        raise FetchFailed(Fault.NEEDS_FULL)


def _was_untold(source: Source) -> bool:
    ended = source.runs.filter(ended_at__isnull=False).exclude(state=SourceRunState.CANCELLED)
    last = ended.order_by("-asked_at", "-id").first()
    return last is not None and last.fault == Refusal.DELETE_WITHOUT_KEY
