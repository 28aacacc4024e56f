"""The demo's comparisons: registers of five departments in one district, their grants, six models.

Laid down by the worker once the city runs, so that nobody waits for it: whoever enters at once sees it come. Beside it
lie made-up registers for measuring: what `haihe bench matching` compares and links, and what it is held against.
"""

from collections.abc import Callable
from datetime import datetime


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Ask the worker to lay down what isn't there yet."""
    # Measuring needs no Django.
    from procrastinate.exceptions import AlreadyEnqueued

    from haihe.data.matching.tasks import plant_demo

    progress("比对", 0.5)
    try:
        plant_demo.configure(queueing_lock="matching.plant_demo").defer()
    except AlreadyEnqueued:
        return
