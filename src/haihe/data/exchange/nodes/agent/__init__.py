"""What runs at a node, beside its NATS server: no Django and no database of its own.

It fetches by the signed orders, seals what it fetched to the centre's key, and leaves it in the node's own store, from
where the centre takes it whenever the line allows.
"""
