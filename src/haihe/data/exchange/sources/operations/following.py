"""Where a fetch goes on: after what was published last from its source, or at the start, with all rows."""

from haihe.data.exchange import api as exchange
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.reasons import Refusal
from haihe.data.exchange.sources.models import Source, SourceRunState


def since_of(source: Source) -> str | None:
    """Return the watermark to go on from.

    None, for all rows, where nothing was published yet, where what serves came from elsewhere or by other rules, where
    the source's key isn't the register's, and where its last changes couldn't be told.
    """
    if source.watermark is None:
        return None
    settings = read_as(source.settings, CONNECTORS[source.connector].settings)
    follows = (
        exchange.is_key(source.resource, getattr(settings, "key", ()))
        and exchange.takes_deltas(source.resource, source=source.pk)
        and not _was_untold(source)
    )
    if not follows:
        forget(source)
    return source.watermark


def forget(source: Source) -> None:
    """Begin from the start: what the connector remembers of its last fetch goes with the next one."""
    Source.objects.filter(pk=source.pk).update(watermark=None)
    source.watermark = None


def _was_untold(source: Source) -> bool:
    ended = source.runs.filter(ended_at__isnull=False).exclude(state=SourceRunState.CANCELLED)
    last = ended.order_by("-asked_at", "-id").first()
    return last is not None and last.fault == Refusal.DELETE_WITHOUT_KEY
