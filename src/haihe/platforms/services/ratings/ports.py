"""Which windows a body has: known a room higher, where halls and their counters are kept."""

from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A window by the name under which visits there are rated, and as people call it."""

    id: str
    label: str


type Windows = Callable[[Collection[str]], list[Window]]
"""Asked with the bodies that run them."""


class _Given:
    """What was registered in this process."""

    windows: Windows | None = None


def register_windows(windows: Windows | None) -> None:
    """Say who knows the windows; call it from `AppConfig.ready`."""
    _Given.windows = windows


def registered() -> Windows | None:
    """Return who was said to know the windows."""
    return _Given.windows


def windows_of(organisations: Collection[str]) -> list[Window]:
    """Return the windows that these bodies run, in the order of halls and numbers."""
    return _Given.windows(organisations) if _Given.windows else []


def label_of(organisation: str, window: str) -> str:
    """Return what people call a window; its name itself where nobody knows it (any more)."""
    return next((one.label for one in windows_of([organisation]) if one.id == window), window)
