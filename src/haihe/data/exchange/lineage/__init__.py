"""Lineage: where a resource's data comes from and where it goes, as a picture and as a list.

From source and node over file, rules and snapshot to index, services, grants and deliveries. What comes after in other
rooms they add themselves (`further`). Each knot leads to its page for whoever may see that; what one may not know of is
counted and not drawn.

Words: lineage 血缘, knot 节点.
"""
