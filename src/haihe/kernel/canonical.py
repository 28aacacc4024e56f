"""One byte form for one JSON value (RFC 8785), so that what is hashed and signed can be written again exactly."""

import json

import rfc8785


class NotCanonical(ValueError):
    """The text is no JSON, or not in the one form that RFC 8785 allows for its value."""


def dumps(value: object) -> bytes:
    """Return the canonical bytes of a value made of dict, list, str, int, float, bool and None.

    Raises:
        ValueError: something JSON can't carry exactly, such as NaN or a whole number past 2**53.
    """
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # its type for values is private


def loads(data: bytes) -> object:
    """Read canonical JSON, and nothing but canonical JSON: other spaces, escapes, key orders or twin keys are refused.

    Raises:
        NotCanonical: with a reason fit to show.
    """
    try:
        value = json.loads(data)
        same = dumps(value) == data
    except (ValueError, RecursionError) as reason:
        raise NotCanonical(f"not readable as JSON: {reason}") from None
    if not same:
        raise NotCanonical("not in canonical form (RFC 8785)")
    return value
