"""Data out: a snapshot's rows delivered to who holds a grant, into their own table or folder; and taken away again.

The grant is the access rule: its columns, through the owner's masks, and its rows; a district or street gets those of
its own area. Each delivery has a number, is on record before a row leaves, and has its effect at the target once.

Words: delivery 交付, delivery target 交付目标, delivery plan 交付安排, receipt 回执.
"""
