"""What following puts on the portal: the button beside a dataset, and one beside what a list shows."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.data.following.models import Follow, FollowKind, Pace
from haihe.data.following.queries import follow_of, followers_of
from haihe.data.open import api as open_data


@dataclass(frozen=True, slots=True)
class FollowButton:
    """Whether the reader follows it, and how many do."""

    slug: str
    follow: Follow | None
    followers: int
    is_signed_in: bool
    path: str
    paces: tuple[tuple[str, object], ...] = tuple(Pace.choices)


@open_data.dataset_part("following")
def beside(actor: Actor, slug: str, now: datetime) -> open_data.DatasetPart:
    """Let the reader follow the dataset."""
    shown = FollowButton(
        slug=slug,
        follow=follow_of(actor, FollowKind.DATASET, slug),
        followers=followers_of(FollowKind.DATASET, slug),
        is_signed_in=actor.user_id is not None,
        path=f"{reverse('following:new')}?dataset={slug}",
    )
    return open_data.DatasetPart("following/parts/beside_dataset.html", shown)


@open_data.list_action("following")
def beside_list(query: str) -> open_data.ListAction | None:
    """Lead from a topic, a department, a search or a request to following it."""
    return open_data.ListAction(_("关注"), f"{reverse('following:new')}?{query}", "bell-plus") if query else None


open_data.front_door(
    open_data.Door(_("我的关注"), _("关注数据集、主题、部门和查找条件，有变化就告诉您"), "following:follows", "bell")
)
