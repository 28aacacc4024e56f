"""The legs of a link, from a system's key to the reply that comes back: their names and order, for both ends of it."""

from enum import StrEnum


class Leg(StrEnum):
    """What must hold for a question to be answered, in the order in which it is looked at."""

    KEY = "key"
    GATEWAY = "gateway"
    SIGNATURE = "signature"
    SERVICE = "service"
    GRANT = "grant"
    PURPOSE = "purpose"
    SCOPE = "scope"
    MAINTENANCE = "maintenance"
    RATE = "rate"
    QUOTA = "quota"
    SOURCE = "source"
    JOURNAL = "journal"
    LEDGER = "ledger"
    REPLY = "reply"


class LegState(StrEnum):
    OK = "OK"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
