"""The demo's linkage: what towns wrote down on paper when they went from door to door, against the residents of 宁河区.

Laid down by the worker once the city runs, after the comparisons, whose people look at the doubtful pairs.
"""

from collections.abc import Callable
from datetime import datetime


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Ask the worker to lay down what isn't there yet."""
    from procrastinate.exceptions import AlreadyEnqueued

    from haihe.data.matching.review.tasks import plant_demo

    progress("关联", 0.5)
    try:
        plant_demo.configure(queueing_lock="matching.plant_linkage_demo").defer()
    except AlreadyEnqueued:
        return
