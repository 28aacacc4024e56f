"""Which desk hears of a draft that moved, and in which words."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.platforms.services.items.models import ItemDraft, ItemEvent
from haihe.platforms.services.items.workflow import HAPPENED

_MOVED: Final = "items.draft_moved"
_HEARS: Final = {"submit": Role.APPROVER, "return": Role.STEWARD, "approve": Role.STEWARD}


def tell_of_move(row: ItemDraft, event: ItemEvent) -> None:
    """Tell the desk whose turn it is, or whose work was decided on."""
    if (role := _HEARS.get(event.name)) is not None:
        notices.tell(
            to=[Desk(role, row.authority)],
            kind=_MOVED,
            key=f"{_MOVED}:{event.pk}",
            facts={"title": row.title, "move": event.name},
            path=reverse("services:item-draft", args=[row.pk]),
            now=event.at,
        )


@notices.words(_MOVED)
def _say_moved(facts: Facts) -> str:
    told = {"title": facts["title"], "happened": HAPPENED.get(facts["move"], facts["move"])}
    return gettext("事项“%(title)s”的草稿：%(happened)s。") % told
