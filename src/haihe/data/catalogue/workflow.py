"""The life of a catalogue entry, as data: 草稿 → 注册审核 → 已注册 → 发布审核 → 发布 → 下线.

Parts: OWNER_STEWARD and OWNER_APPROVER sit in the department whose resource it is; AUTHORITY is the data centre's
operator, the sharing authority of this level.
"""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haihe.kernel.clocks import Clock
from haihe.kernel.workflow import Move, Workflow


class ResourceState(TextChoices):
    """Where an entry stands."""

    DRAFT = "DRAFT", _("草稿")
    REGISTRATION_REVIEW = "REGISTRATION_REVIEW", _("注册审核")
    REGISTERED = "REGISTERED", _("已注册")
    PUBLICATION_REVIEW = "PUBLICATION_REVIEW", _("发布审核")
    PUBLISHED = "PUBLISHED", _("已发布")
    RETIRED = "RETIRED", _("下线")


class Part(StrEnum):
    """In which part somebody acts on an entry."""

    OWNER_STEWARD = "OWNER_STEWARD"
    OWNER_APPROVER = "OWNER_APPROVER"
    AUTHORITY = "AUTHORITY"


_S = ResourceState
_ART_13, _ART_16, _ART_17 = "政务数据共享条例 第13条", "政务数据共享条例 第16条", "政务数据共享条例 第17条"
_ART_27 = "政务数据共享条例 第27条"

PUBLICATION_CLOCK: Final = Clock("publication review", 2, 2, _ART_17)

RESOURCE: Final = Workflow(
    name="resource",
    initial=_S.DRAFT,
    states=tuple(_S.values),
    moves=(
        Move("submit", (_S.DRAFT,), _S.REGISTRATION_REVIEW, (Part.OWNER_STEWARD,), _ART_13),
        Move("approve", (_S.REGISTRATION_REVIEW,), _S.REGISTERED, (Part.OWNER_APPROVER,), _ART_13),
        Move("send_back", (_S.REGISTRATION_REVIEW,), _S.DRAFT, (Part.OWNER_APPROVER,), _ART_13),
        Move(
            "submit_for_publication",
            (_S.REGISTERED,),
            _S.PUBLICATION_REVIEW,
            (Part.OWNER_STEWARD,),
            _ART_16,
            PUBLICATION_CLOCK.working_days,
        ),
        Move("publish", (_S.PUBLICATION_REVIEW,), _S.PUBLISHED, (Part.AUTHORITY,), _ART_17),
        Move("send_back", (_S.PUBLICATION_REVIEW,), _S.DRAFT, (Part.AUTHORITY,), _ART_16),
        Move("retire", (_S.PUBLISHED,), _S.RETIRED, (Part.AUTHORITY,), _ART_27),
        Move("revise", (_S.REGISTERED, _S.RETIRED), _S.DRAFT, (Part.OWNER_STEWARD,), _ART_17),
    ),
    final=(),
)
NEEDS_WORDS: Final = frozenset({"send_back", "retire"})
"""Moves that must say why."""
