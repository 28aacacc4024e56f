"""Outward (对外访问): speak over HTTP to addresses that people typed in, and to nobody else's machines by it.

A host is looked up once and what was looked up is connected to; this machine, private networks and clouds' metadata
are refused unless the operator named them; redirects go the same way. Time and size of an answer are bounded, packed
ones too. No Django here. Words: reach 可达范围, refusal 拒绝访问.
"""
