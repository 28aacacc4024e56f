"""What of the figures is looked at: as it stands in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.watch import api as watch

REFRESH_S = 30
STRETCHES: Final[Mapping[str, Promise]] = {
    "1h": _("最近 1 小时"),
    "24h": _("最近 24 小时"),
    "7d": _("最近 7 天"),
    "30d": _("最近 30 天"),
}
SIDES: Final[Mapping[str, Promise]] = {"": _("全部"), "asked": _("本单位调用的"), "given": _("别的单位调用本单位的")}
_USUAL = "24h"
_SLUG = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A stretch of time, one side of one's department's calls, one service. What can't be read is as not chosen."""

    stretch: str = _USUAL
    side: str = ""
    service: str = ""
    live: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, object]) -> "Chosen":
        stretch, side, service = (str(query.get(name, "")) for name in ("range", "side", "service"))
        return cls(
            stretch=stretch if stretch in STRETCHES else _USUAL,
            side=side if side in SIDES else "",
            service=service if _SLUG.fullmatch(service) else "",
            live=query.get("live") == "1",
        )

    @property
    def points(self) -> watch.Stretch:
        return watch.STRETCHES[self.stretch]

    def address(self, **changes: object) -> str:
        """Return the query that chooses this with changes."""
        other = replace(self, **changes)  # type: ignore[arg-type]  # of this class's fields
        told = {"range": other.stretch, "side": other.side, "service": other.service, "live": "1" if other.live else ""}
        return "?" + urlencode({name: value for name, value in told.items() if value})
