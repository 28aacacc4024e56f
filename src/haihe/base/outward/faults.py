"""Why an address was not asked, or gave no answer; whoever asks finds the words for it."""

from enum import StrEnum


class Fault(StrEnum):
    """What went wrong. The first ones are refused before anything is sent."""

    ADDRESS_WRONG = "ADDRESS_WRONG"
    SCHEME_REFUSED = "SCHEME_REFUSED"
    PORT_REFUSED = "PORT_REFUSED"
    NAME_UNKNOWN = "NAME_UNKNOWN"
    NETWORK_REFUSED = "NETWORK_REFUSED"
    NO_CONNECTION = "NO_CONNECTION"
    NOT_TRUSTED = "NOT_TRUSTED"
    TIMED_OUT = "TIMED_OUT"
    BROKEN = "BROKEN"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_REDIRECTS = "TOO_MANY_REDIRECTS"


class OutwardFailed(Exception):
    """`detail` is the host or a number; nothing of what the other side said."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault} {detail}".rstrip())
        self.fault = fault
        self.detail = detail
