"""What the exchange's other rooms may use of delivery."""

from haihe.data.exchange.delivery.operations.delivering import deliver, deliver_due
from haihe.data.exchange.delivery.operations.planning import add_plan, add_target
from haihe.data.exchange.delivery.receipts import is_genuine

__all__ = ["add_plan", "add_target", "deliver", "deliver_due", "is_genuine"]
