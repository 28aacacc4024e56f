"""Nodes (前置机): at departments, districts and streets they fetch, carry, deliver and answer, over links that break.

A node dials the centre's hub, as a NATS leaf with a store of its own, and sees nothing there but its own subjects.
`agent/` is what runs at the node: no Django, no database. `bridge/` is the centre's end of all links, in the worker.
Words: node 前置机, hub 汇接点, link 链路, transfer 传输, node feed 采集任务, invitation code 接入码.
"""
