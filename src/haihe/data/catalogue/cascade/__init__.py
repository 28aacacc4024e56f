"""The cascade: catalogues of several levels know of each other, as JSON and as DCAT (docs/catalogue-cascade.md).

A node is another installation: one above, to which ours is told, or one below, whose entries stand here marked as its
own, searchable and never changed here. What comes in is checked entry by entry, shown as a difference, then taken in.

Words: cascade 目录级联, node 节点, exchange run 级联交换, node entry 下级目录条目, receipt 回执, tombstone 下线标记.
"""
