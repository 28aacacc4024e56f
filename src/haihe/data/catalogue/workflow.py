"""The life of a catalogue entry, as data: 草稿 → 注册审核 → 已注册 → 发布审核 → 发布 → 下线.

A published entry is updated by a revision beside it, which replaces it when it is published in its turn.
Parts: OWNER_STEWARD and OWNER_APPROVER sit in the department whose resource it is; AUTHORITY is the data centre's
operator, the sharing authority of this level; SYSTEM is this program.
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


class RevisionState(TextChoices):
    """Where the update of a published entry stands."""

    DRAFT = "DRAFT", _("更新草稿")
    OFFICE_REVIEW = "OFFICE_REVIEW", _("本单位审核")
    AUTHORITY_REVIEW = "AUTHORITY_REVIEW", _("主管部门审核")
    PUBLISHED = "PUBLISHED", _("已替换发布")
    ABANDONED = "ABANDONED", _("已放弃")


class Part(StrEnum):
    """In which part somebody acts on an entry."""

    OWNER_STEWARD = "OWNER_STEWARD"
    OWNER_APPROVER = "OWNER_APPROVER"
    AUTHORITY = "AUTHORITY"
    SYSTEM = "SYSTEM"


_S = ResourceState
_ART_13, _ART_16, _ART_17 = "政务数据共享条例 第13条", "政务数据共享条例 第16条", "政务数据共享条例 第17条"
_ART_27, _ART_39 = "政务数据共享条例 第27条", "政务数据共享条例 第39条"

PUBLICATION_CLOCK: Final = Clock("publication review", 2, 2, _ART_17)
UPDATE_CLOCK: Final = Clock("update after a change of law or duties", 10, 10, _ART_17)
UPDATE_EXTENSION: Final = Clock("one extension of the update", 5, 5, _ART_17)
REMIND_WORKING_DAYS: Final = (2, 1)
"""Whoever must act is reminded with so many working days left; past the last the authority hears of it."""

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
        Move("overdue", (_S.PUBLICATION_REVIEW,), _S.PUBLICATION_REVIEW, (Part.SYSTEM,), _ART_17),
        Move("retire", (_S.PUBLISHED,), _S.RETIRED, (Part.AUTHORITY,), _ART_27),
        Move("revise", (_S.REGISTERED, _S.RETIRED), _S.DRAFT, (Part.OWNER_STEWARD,), _ART_17),
    ),
    final=(),
)

_R = RevisionState
OPEN_REVISIONS: Final = (_R.DRAFT, _R.OFFICE_REVIEW, _R.AUTHORITY_REVIEW)
_WITH_THE_OWNER = (_R.DRAFT, _R.OFFICE_REVIEW)

REVISION: Final = Workflow(
    name="revision",
    initial=_R.DRAFT,
    states=tuple(_R.values),
    moves=(
        Move("submit", (_R.DRAFT,), _R.OFFICE_REVIEW, (Part.OWNER_STEWARD,), _ART_13),
        Move(
            "approve",
            (_R.OFFICE_REVIEW,),
            _R.AUTHORITY_REVIEW,
            (Part.OWNER_APPROVER,),
            _ART_13,
            PUBLICATION_CLOCK.working_days,
        ),
        Move("send_back", (_R.OFFICE_REVIEW,), _R.DRAFT, (Part.OWNER_APPROVER,), _ART_13),
        Move("send_back", (_R.AUTHORITY_REVIEW,), _R.DRAFT, (Part.AUTHORITY,), _ART_17),
        Move("publish", (_R.AUTHORITY_REVIEW,), _R.PUBLISHED, (Part.AUTHORITY,), _ART_17),
        *(Move("ask_extension", (state,), state, (Part.OWNER_STEWARD,), _ART_17) for state in _WITH_THE_OWNER),
        *(
            Move("consent_extension", (state,), state, (Part.AUTHORITY,), _ART_17, UPDATE_EXTENSION.working_days)
            for state in _WITH_THE_OWNER
        ),
        *(Move("overdue", (state,), state, (Part.SYSTEM,), _ART_17) for state in OPEN_REVISIONS),
        *(Move("urge", (state,), state, (Part.AUTHORITY,), _ART_39) for state in _WITH_THE_OWNER),
        Move("abandon", (_R.DRAFT,), _R.ABANDONED, (Part.OWNER_STEWARD,), _ART_17),
        # With its entry; nobody presses a button for it.
        Move("lapse", OPEN_REVISIONS, _R.ABANDONED, (Part.SYSTEM,), _ART_27),
    ),
    final=(_R.PUBLISHED, _R.ABANDONED),
)

NEEDS_WORDS: Final = frozenset({"send_back", "retire", "ask_extension", "urge", "abandon"})
"""Moves that must say why."""
BY_ITSELF: Final = frozenset({"overdue", "lapse"})
"""Moves that this program makes when the time has come, and nobody asks for."""

_OWNERS: Final = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
TOLD: Final[dict[tuple[str, str], tuple[Part, ...]]] = {
    ("submit", _S.REGISTRATION_REVIEW): (Part.OWNER_APPROVER,),
    ("approve", _S.REGISTERED): (Part.OWNER_STEWARD,),
    ("send_back", _S.DRAFT): (Part.OWNER_STEWARD,),
    ("submit_for_publication", _S.PUBLICATION_REVIEW): (Part.AUTHORITY,),
    ("publish", _S.PUBLISHED): _OWNERS,
    ("overdue", _S.PUBLICATION_REVIEW): (Part.AUTHORITY, *_OWNERS),
    ("retire", _S.RETIRED): _OWNERS,
    ("revision_open", _R.DRAFT): _OWNERS,
    ("revision_submit", _R.OFFICE_REVIEW): (Part.OWNER_APPROVER,),
    ("revision_approve", _R.AUTHORITY_REVIEW): (Part.AUTHORITY,),
    ("revision_send_back", _R.DRAFT): (Part.OWNER_STEWARD,),
    ("revision_publish", _R.PUBLISHED): _OWNERS,
    **{("revision_ask_extension", state): (Part.AUTHORITY,) for state in _WITH_THE_OWNER},
    **{("revision_consent_extension", state): _OWNERS for state in _WITH_THE_OWNER},
    **{("revision_overdue", state): (Part.AUTHORITY, *_OWNERS) for state in OPEN_REVISIONS},
    **{("revision_urge", state): _OWNERS for state in _WITH_THE_OWNER},
    ("revision_lapse", _R.ABANDONED): _OWNERS,
}
"""Which desks hear of which move, by its name in history and the state it leads to."""
