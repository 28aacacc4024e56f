"""The legs of a link, from a system's key to the reply that comes back: their names and order, for both ends of it."""

from enum import StrEnum
from typing import Final


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
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    JOURNAL = "journal"
    LEDGER = "ledger"
    REPLY = "reply"


OF_AN_INTERFACE: Final = frozenset({Leg.CONNECTION, Leg.CERTIFICATE})
"""Legs that are there only where a department's own interface answers; the latter only if it speaks TLS."""


class SourceFault(StrEnum):
    """What may be wrong with the way to a department's own interface, as a leg's `problem` says it."""

    ADDRESS = "source-address"
    UNREACHABLE = "source-unreachable"
    TIMEOUT = "source-timeout"
    EXPIRED = "certificate-expired"
    NOT_YET_VALID = "certificate-not-yet-valid"
    OTHER_NAME = "certificate-name"
    UNTRUSTED = "certificate-untrusted"
    NO_TLS = "source-tls"


class LegState(StrEnum):
    OK = "OK"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
