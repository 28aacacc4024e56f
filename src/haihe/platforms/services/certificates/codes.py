"""What opens the public page of a certificate or a receipt: made of a secret key and what it is of, stored nowhere.

The QR code carries a token of 128 bits. Who types has eight letters, which a lock against guessing makes enough.
"""

import hashlib
import hmac
from functools import cache
from typing import Final

from haihe.base.keys import api as keys

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is taken for another."""
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_TOKEN_LETTERS: Final = 26
_CODE_LETTERS: Final = 8
_BITS: Final = 5


def token_of(what: str) -> str:
    """Return what a QR code carries; `what` names the thing and, where its codes can be renewed, which one it is."""
    return _letters(f"token {what}", _TOKEN_LETTERS)


def code_of(what: str) -> str:
    """Return what is typed, in two groups of four."""
    code = _letters(f"code {what}", _CODE_LETTERS)
    return f"{code[:4]}-{code[4:]}"


def is_token_of(what: str, token: str) -> bool:
    return hmac.compare_digest(token_of(what).encode(), token.encode())


def is_code_of(what: str, typed: str) -> bool:
    """Say whether it is the code, however it was typed."""
    return hmac.compare_digest(_plain(code_of(what)).encode(), _plain(typed).encode())


def _plain(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").upper().translate(_READ_AS)


def _letters(what: str, count: int) -> str:
    drawn = int.from_bytes(hmac.digest(_secret(), what.encode(), hashlib.sha256))
    return "".join(_ALPHABET[drawn >> _BITS * place & len(_ALPHABET) - 1] for place in range(count))


@cache
def _secret() -> bytes:
    return keys.keyring().derived("check codes 1")
