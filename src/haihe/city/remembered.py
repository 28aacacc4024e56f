"""Within one request, organisations are read once: a list of records names the same few bodies on every line.

Who names one body asks for that one; who names a second will name more, and is given all departments in one go.
Nothing outlives the request, so a renamed body shows its new name on the next page. Outside requests (worker, commands,
tests of queries) nothing is remembered, unless within `remembering`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from haihe.city.records import Organisation

type Found = dict[str, Organisation | None]

# A request begins and ends on one thread: pages are served over WSGI.
_this_thread = threading.local()


def begin(**_signal: object) -> None:
    """Start with an empty memory; heard when a request starts."""
    _this_thread.found = {}


def end(**_signal: object) -> None:
    """Forget everything; heard when a request has been answered."""
    _this_thread.found = None


@contextmanager
def remembering() -> Iterator[None]:
    """Remember as within a request, for work that names the same bodies again and again and changes none."""
    begin()
    try:
        yield
    finally:
        end()


def once(
    code: str, read: Callable[[str], Organisation | None], *, likely: Callable[[], Iterable[Organisation]]
) -> Organisation | None:
    """Return what `read` gives for the code, asking it once per request; `likely` gives those that pages name most."""
    found: Found | None = getattr(_this_thread, "found", None)
    if found is None:
        return read(code)
    if len(found) == 1 and code not in found:
        found |= {one.code: one for one in likely()}
    if code not in found:
        found[code] = read(code)
    return found[code]
