"""Score day: a page that a whole city opens within minutes, served beside the gateway and under its rules.

A candidate proves who they are by examination number and identity number; what they see goes through a grant, and is in
the ledger before it is on their screen.
"""
