"""Personal values as a screen may show them to those who needn't know the whole."""

_PHONE_DIGITS = 11


def mask_id_number(value: str) -> str:
    """Show the first three and the last four characters; a value too short to hide anything is hidden whole."""
    return _middle(value, head=3, tail=4)


def mask_phone(value: str) -> str:
    """Show 138****5678 for a mobile number; of other numbers the last two digits."""
    if len(value) == _PHONE_DIGITS:
        return _middle(value, head=3, tail=4)
    return _middle(value, head=0, tail=2)


def mask_name(value: str) -> str:
    """Show the surname's first character and, from three characters on, the last one: 刘*远, 张*."""
    return _middle(value, head=1, tail=1 if len(value) > 2 else 0)


def _middle(value: str, *, head: int, tail: int) -> str:
    hidden = len(value) - head - tail
    if hidden < 1:
        return "*" * len(value)
    return value[:head] + "*" * hidden + value[len(value) - tail :]
