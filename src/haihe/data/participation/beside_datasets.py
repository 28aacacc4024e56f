"""What participation puts on the portal: who uses a dataset, what is asked about it, and doors on the front."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.data.open import api as open_data
from haihe.data.participation import queries
from haihe.data.participation.models import Reuse, Thread

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class BesideDataset:
    """Reuses of a dataset and discussions about it, the first few of each."""

    slug: str
    reuses: tuple[Reuse, ...]
    threads: tuple[Thread, ...]
    more_reuses: bool
    more_threads: bool


@open_data.dataset_part("participation")
def beside(actor: Actor, slug: str, now: datetime) -> open_data.DatasetPart:
    """Show who uses it and what people ask."""
    reuses = tuple(queries.shown_reuses(dataset=slug)[: _SHOWN + 1]) if queries.is_reused(slug) else ()
    threads = tuple(queries.threads_about_dataset(slug)[: _SHOWN + 1]) if queries.is_discussed(slug) else ()
    shown = BesideDataset(slug, reuses[:_SHOWN], threads[:_SHOWN], len(reuses) > _SHOWN, len(threads) > _SHOWN)
    return open_data.DatasetPart("participation/parts/beside_dataset.html", shown)


for _door in (
    open_data.Door(
        _("数据需求"), _("提出想要的数据，支持别人的需求，看部门怎么答复"), "participation:requests", "bulb"
    ),
    open_data.Door(_("开放计划"), _("各部门今年打算开放什么、做到了多少"), "participation:plan", "calendar-check"),
    open_data.Door(_("应用成果"), _("看看大家用开放数据做了什么，也可以展示自己的"), "participation:reuses", "apps"),
    open_data.Door(
        _("行业协会"), _("协会汇集会员需求、为成果背书、跟进部门答复"), "participation:associations", "users-group"
    ),
    open_data.Door(_("讨论"), _("就数据提问，部门公开答复"), "participation:threads", "messages"),
):
    open_data.front_door(_door)
