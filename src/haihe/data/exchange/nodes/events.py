"""What the nodes announce, inside the transaction in which it becomes true."""

DELIVERY_TOLD = "exchange_nodes.delivery_told"
"""A node has said what became of a delivery: `delivery`, its number."""
