"""Rooms above tell what their uses of data are called, so that 谁用了我的数据 says more than a service's name.

register_explainer(...)    words for a use by its service and purpose    (lookups)
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explained:
    """What was asked and what for, in the reader's language; `url` leads to where it is asked."""

    asked: str
    purpose: str
    url: str


type Explainer = Callable[[str, str], Explained | None]
_EXPLAINERS: list[Explainer] = []


def register_explainer(explainer: Explainer) -> None:
    """Call this from `AppConfig.ready`."""
    if explainer not in _EXPLAINERS:
        _EXPLAINERS.append(explainer)


def explained(service: str | None, purpose: str | None) -> Explained | None:
    """Return the words of the first room that knows this use."""
    found = (explainer(service or "", purpose or "") for explainer in _EXPLAINERS)
    return next((one for one in found if one is not None), None)
