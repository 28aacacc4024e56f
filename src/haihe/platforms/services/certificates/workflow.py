"""How a certificate may go, as data. That its term is over counts at once; the move only writes it down."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.base.accounts.api import Role
from haihe.kernel.workflow import Move, Workflow

SYSTEM: Final = "SYSTEM"


class CertificateState(TextChoices):
    """Whether a certificate holds."""

    VALID = "VALID", _("有效")
    SUSPENDED = "SUSPENDED", _("暂扣")
    EXPIRED = "EXPIRED", _("过期")
    REVOKED = "REVOKED", _("撤销")
    CANCELLED = "CANCELLED", _("注销")


class ProposalState(TextChoices):
    """How a proposal to take a certificate away ended, if it did."""

    OPEN = "OPEN", _("待决定")
    CONFIRMED = "CONFIRMED", _("已同意")
    REFUSED = "REFUSED", _("未同意")
    VOID = "VOID", _("已失去意义")


_SUSPENSION = gettext_noop("行政处罚法 第9条：暂扣许可证件")
_REVOCATION = gettext_noop("行政许可法 第69条：撤销行政许可")
_CANCELLATION = gettext_noop("行政许可法 第70条：办理注销手续")
_TERM = gettext_noop("行政许可法 第70条：有效期届满未延续")
_S = CertificateState

CERTIFICATE: Final = Workflow(
    name="certificate",
    initial=_S.VALID,
    states=tuple(_S.values),
    final=(_S.REVOKED, _S.CANCELLED),
    moves=(
        Move("suspend", (_S.VALID,), _S.SUSPENDED, (Role.APPROVER,), _SUSPENSION),
        Move("resume", (_S.SUSPENDED,), _S.VALID, (Role.APPROVER,), _SUSPENSION),
        Move("expire", (_S.VALID, _S.SUSPENDED), _S.EXPIRED, (SYSTEM,), _TERM),
        Move("revoke", (_S.VALID, _S.SUSPENDED, _S.EXPIRED), _S.REVOKED, (Role.APPROVER,), _REVOCATION),
        Move(
            "cancel",
            (_S.VALID, _S.SUSPENDED, _S.EXPIRED),
            _S.CANCELLED,
            (Role.CLERK, Role.APPROVER, SYSTEM),
            _CANCELLATION,
        ),
    ),
)


def leads(state: str, name: str) -> bool:
    """Say whether the table has that move from the state."""
    return any(move.name == name and state in move.sources for move in CERTIFICATE.moves)


BY_TWO: Final = frozenset({"suspend", "revoke"})
"""Moves against the holder: one person proposes them, another one decides."""
ENDABLE: Final = (_S.VALID, _S.SUSPENDED)
LABELS: Final = {
    "suspend": _("提出暂扣"),
    "resume": _("恢复有效"),
    "revoke": _("提出撤销"),
    "cancel": _("注销"),
}
TOLD: Final = {
    "issue": _("签发"),
    "suspend": _("暂扣"),
    "resume": _("恢复有效"),
    "expire": _("有效期届满"),
    "revoke": _("撤销"),
    "cancel": _("注销"),
    "propose-suspend": _("提出暂扣，等待另一人决定"),
    "propose-revoke": _("提出撤销，等待另一人决定"),
    "refuse-suspend": _("暂扣的提议未获同意"),
    "refuse-revoke": _("撤销的提议未获同意"),
    "open": _("工作人员查看了全部内容"),
    "use": _("办事时用来代替纸质材料"),
    "renew-code": _("换了新的核验码"),
}
