"""Ways in which a department's data is fetched. No Django here: nodes run connectors too.

Each is a folder `connectors/<name>/` with `connector.py` holding one object that keeps the `Connector` protocol of
`ports.py`, a docstring with its check-list, and its tests; `kinds.py` registers it by name (docs/exchange.md).
"""
