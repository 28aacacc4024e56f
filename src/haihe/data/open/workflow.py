"""The life of a dataset, as data: 草稿 → 检查通过 → 已开放 ⇄ 暂停 → 已撤回.

The owner's steward proposes and checks, its approver publishes: two persons. The data centre may suspend at once, for
what is open can't be called back. SYSTEM renews with each snapshot that passes the gate again.
"""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.kernel.workflow import Move, Workflow


class DatasetState(TextChoices):
    """Where a dataset stands."""

    DRAFT = "DRAFT", _("准备中")
    CHECKED = "CHECKED", _("检查通过，待发布")
    PUBLISHED = "PUBLISHED", _("已开放")
    SUSPENDED = "SUSPENDED", _("暂停开放")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


class Part(StrEnum):
    """In which part somebody acts on a dataset."""

    OWNER_STEWARD = "OWNER_STEWARD"
    OWNER_APPROVER = "OWNER_APPROVER"
    AUTHORITY = "AUTHORITY"
    SYSTEM = "SYSTEM"


_S = DatasetState
_GATE: Final = gettext_noop("个人信息保护法、数据安全法：公共数据开放前应当审查，含有个人信息的不得直接开放")
_OPENING: Final = gettext_noop("天津市公共数据资源开放管理暂行办法：数据提供单位负责开放数据的审核、发布和更新")
_STOPPING: Final = gettext_noop("天津市公共数据资源开放管理暂行办法：发现泄露风险的，应当立即中止开放")

DATASET: Final = Workflow(
    name="dataset",
    initial=_S.DRAFT,
    states=tuple(_S.values),
    moves=(
        Move("pass_gate", (_S.DRAFT, _S.CHECKED), _S.CHECKED, (Part.OWNER_STEWARD,), _GATE),
        Move("fail_gate", (_S.DRAFT, _S.CHECKED), _S.DRAFT, (Part.OWNER_STEWARD,), _GATE),
        Move("change", (_S.DRAFT, _S.CHECKED), _S.DRAFT, (Part.OWNER_STEWARD,), _GATE),
        Move("send_back", (_S.CHECKED,), _S.DRAFT, (Part.OWNER_APPROVER,), _OPENING),
        Move("publish", (_S.CHECKED,), _S.PUBLISHED, (Part.OWNER_APPROVER,), _OPENING),
        Move("renew", (_S.PUBLISHED,), _S.PUBLISHED, (Part.SYSTEM,), _OPENING),
        Move("hold_back", (_S.PUBLISHED,), _S.PUBLISHED, (Part.SYSTEM,), _GATE),
        Move("suspend", (_S.PUBLISHED,), _S.SUSPENDED, (Part.OWNER_APPROVER, Part.AUTHORITY), _STOPPING),
        Move("resume", (_S.SUSPENDED,), _S.PUBLISHED, (Part.OWNER_APPROVER,), _OPENING),
        Move("withdraw", (_S.PUBLISHED, _S.SUSPENDED), _S.WITHDRAWN, (Part.OWNER_APPROVER,), _OPENING),
        # With its catalogue entry; nobody presses a button for it.
        Move("lapse", (_S.PUBLISHED, _S.SUSPENDED), _S.WITHDRAWN, (Part.SYSTEM,), _OPENING),
    ),
    final=(_S.WITHDRAWN,),
)
NEEDS_WORDS: Final = frozenset({"send_back", "suspend", "resume", "withdraw"})
"""Moves that must say why; all but the first are told to everybody on the dataset's page."""
WITHDRAWALS: Final = ("withdraw", "lapse")
"""Moves after which nobody has it any more."""
BY_HAND: Final = frozenset({"send_back", "publish", "suspend", "resume", "withdraw"})
"""Moves that are a button; the others come with what people or this program do."""
TOLD: Final[dict[str, tuple[Part, ...]]] = {
    "pass_gate": (Part.OWNER_APPROVER,),
    "send_back": (Part.OWNER_STEWARD,),
    "publish": (Part.OWNER_STEWARD,),
    "hold_back": (Part.OWNER_STEWARD, Part.OWNER_APPROVER),
    "suspend": (Part.OWNER_STEWARD, Part.OWNER_APPROVER),
    "lapse": (Part.OWNER_STEWARD,),
}
"""Which desks hear of which move."""
SEEN_BY_ALL: Final = (_S.PUBLISHED, _S.SUSPENDED)
"""States in which everybody may know of a dataset; its data are given only while it is published."""
