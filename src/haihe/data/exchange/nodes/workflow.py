"""How a node and a transfer may move, as data."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.nodes.models import DispatchState, NodeState, TransferState
from haihe.kernel.workflow import Move, Workflow


class Part(models.TextChoices):
    """In which part somebody, or the system itself, moves a node."""

    AUTHORITY = "AUTHORITY", _("大数据中心")
    OWNER = "OWNER", _("所在单位")
    NODE = "NODE", _("前置机")
    SYSTEM = "SYSTEM", _("系统")


_ACCESS = "本平台规则：前置机凭一次性接入码接入，凭证由中心签发、续期和吊销"
_ONCE = "本平台规则：每个文件只接收一次，断线、重启和重发都不改变结果"
_JOINED, _INVITED, _REVOKED = NodeState.JOINED, NodeState.INVITED, NodeState.REVOKED

NODE: Final = Workflow(
    name="node",
    initial=NodeState.INVITED,
    states=tuple(NodeState.values),
    moves=(
        Move("join", (_INVITED, _JOINED), _JOINED, (Part.NODE,), _ACCESS),
        Move("renew", (_JOINED,), _JOINED, (Part.NODE,), _ACCESS),
        Move("invite", (_INVITED, _REVOKED), _INVITED, (Part.AUTHORITY,), _ACCESS),
        Move("invite", (_JOINED,), _JOINED, (Part.AUTHORITY,), _ACCESS),
        Move("revoke", (_INVITED, _JOINED), _REVOKED, (Part.AUTHORITY,), _ACCESS),
    ),
)

_GRANTED = "政务数据共享条例 第27条；本平台规则：授权终止后，还没有发出的不再发出"
_BACK = "本平台规则：下发的文件逐件回执，断线、重启和重发都不改变结果"
DISPATCH: Final = Workflow(
    name="dispatch",
    initial=DispatchState.WAITING,
    states=tuple(DispatchState.values),
    moves=(
        Move("send", (DispatchState.WAITING,), DispatchState.SENT, (Part.SYSTEM,), _BACK),
        # The receipt may overtake the note that all was sent.
        Move("deliver", (DispatchState.WAITING, DispatchState.SENT), DispatchState.DELIVERED, (Part.NODE,), _BACK),
        Move("fail", (DispatchState.WAITING, DispatchState.SENT), DispatchState.FAILED, (Part.NODE,), _BACK),
        # The grant ended before it left.
        Move("withdraw", (DispatchState.WAITING,), DispatchState.FAILED, (Part.SYSTEM,), _GRANTED),
        # Another machine joined in the node's name: what the one before had and didn't acknowledge goes out again.
        Move("send_again", (DispatchState.SENT,), DispatchState.WAITING, (Part.NODE,), _BACK),
    ),
    final=(DispatchState.DELIVERED, DispatchState.FAILED),
)

TRANSFER: Final = Workflow(
    name="transfer",
    initial=TransferState.ARRIVING,
    states=tuple(TransferState.values),
    moves=(
        Move("arrive", (TransferState.ARRIVING,), TransferState.ARRIVED, (Part.SYSTEM,), _ONCE),
        Move("take", (TransferState.ARRIVED,), TransferState.TAKEN, (Part.SYSTEM,), _ONCE),
        Move(
            "refuse",
            (TransferState.ARRIVING, TransferState.ARRIVED),
            TransferState.REFUSED,
            (Part.SYSTEM,),
            _ONCE,
        ),
        Move("abandon", (TransferState.ARRIVING,), TransferState.ABANDONED, (Part.NODE,), _ONCE),
    ),
    final=(TransferState.TAKEN, TransferState.REFUSED, TransferState.ABANDONED),
)
