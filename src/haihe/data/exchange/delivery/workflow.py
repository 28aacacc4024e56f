"""How a delivery may move, as data. It ends done, given up (a person may try again) or cancelled before it left."""

from typing import Final

from haihe.base.accounts.api import Role
from haihe.data.exchange.delivery.models import DeliveryState as State
from haihe.kernel.workflow import Move, Workflow

SYSTEM: Final = "SYSTEM"
_GRANTED = "政务数据共享条例 第22条；本平台规则：先留痕，后交付，只交付获授权的列和行"
_RECEIPT = "本平台规则：交付以从目标读回的内容为准，签发回执"
_DISPOSED = "政务数据共享条例 第27条"

DELIVERY: Final = Workflow(
    name="delivery",
    initial=State.WAITING,
    states=tuple(State.values),
    moves=(
        Move("record", (State.WAITING,), State.RECORDED, (SYSTEM,), _GRANTED),
        Move("retry", (State.WAITING,), State.WAITING, (SYSTEM,), _RECEIPT),
        Move("retry", (State.RECORDED,), State.RECORDED, (SYSTEM,), _RECEIPT),
        # A node has it, or gets it when its line is there.
        Move("send", (State.RECORDED,), State.RECORDED, (SYSTEM,), _RECEIPT),
        # Changes alone didn't make of the target what they should: all rows come, on record anew.
        Move("widen", (State.RECORDED,), State.WAITING, (SYSTEM,), _GRANTED),
        Move("finish", (State.RECORDED,), State.DONE, (SYSTEM,), _RECEIPT),
        Move("give_up", (State.WAITING, State.RECORDED), State.GIVEN_UP, (SYSTEM,), _RECEIPT),
        Move("try_again", (State.GIVEN_UP,), State.WAITING, (Role.STEWARD, Role.OPERATOR), _RECEIPT),
        # A grant that ended, or a newer snapshot: what hasn't left stays; what may have arrived is taken away.
        Move("cancel", (State.WAITING, State.RECORDED, State.GIVEN_UP), State.CANCELLED, (SYSTEM,), _DISPOSED),
    ),
    final=(State.DONE, State.CANCELLED),
)
