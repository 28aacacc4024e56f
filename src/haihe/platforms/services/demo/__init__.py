"""Plant the demo's items. Cases come only from real asks: their pages begin empty and say so."""

from collections.abc import Callable
from datetime import datetime

from haihe.platforms.services import operations
from haihe.platforms.services.items import api as items


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Bring the items of this release in; the same at every scale, and harmless when repeated."""
    fresh = items.load_items()
    operations.declare_needs(now=now)
    progress(f"{fresh} new versions", 1.0)
