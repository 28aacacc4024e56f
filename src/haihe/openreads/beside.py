"""Threads beside the loop: what takes longer is done by them, and steps back where the loop has something to do.

Pages are answered in the loop's thread within a fraction of a millisecond; figures and files use whatever processors
there are for seconds. With equal rights the system gives a page one turn in as many as there are threads.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

NICENESS = 10


def pool(threads: int, *, name: str) -> ThreadPoolExecutor:
    """Return threads that step back. What they start themselves does so too."""
    return ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_step_back)


def made_beside[T](make: Callable[[], T]) -> T:
    """Make something whose own threads shall step back; waits until it is there."""
    with pool(1, name="making") as threads:
        return threads.submit(make).result()


def _step_back() -> None:
    # To Linux each thread is a process of its own here.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
