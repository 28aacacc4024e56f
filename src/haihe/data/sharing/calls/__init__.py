"""The page of calls: how much departments ask each other's services, how often and why it fails, how long it takes.

The figures are those that gateways keep (`base/watch`). A department sees what it asked and what others asked of it;
the data centre and the auditor see all.
"""
