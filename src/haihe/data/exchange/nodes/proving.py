"""Whether a node's receipt is its own: signed with the key that it was let in with."""

import msgspec

from haihe.data.exchange.nodes.models import Dispatch
from haihe.data.exchange.nodes.wire import ReadBack, Signed
from haihe.kernel.nkeys import BadNkey, is_signed_by


def read_back_of(signed: Signed | None, dispatch: Dispatch) -> ReadBack | None:
    """Return what the node of a dispatch found, if it signed that for this very delivery; None otherwise."""
    return _proved(signed, dispatch)[0] if signed else None


def proof_of(dispatch: Dispatch) -> tuple[ReadBack, dict[str, str]] | None:
    """Return what was found and what proves it: the node's public key, what it signed, and the signature."""
    if dispatch.receipt is None:
        return None
    signed = msgspec.msgpack.decode(bytes(dispatch.receipt), type=Signed)
    found, user = _proved(signed, dispatch)
    if found is None:
        return None
    proof = {
        "node": dispatch.node_id,
        "key": user,
        "signed": signed.document.hex(),
        "signature": signed.signature.hex(),
    }
    return found, proof


def _proved(signed: Signed, dispatch: Dispatch) -> tuple[ReadBack | None, str]:
    user = next((key for key in _users(dispatch) if _is_by(key, signed)), None)
    if user is None:
        return None, ""
    try:
        found = msgspec.msgpack.decode(signed.document, type=ReadBack)
    except msgspec.DecodeError:
        return None, ""
    is_of_it = (found.node, found.delivery) == (dispatch.node_id, dispatch.delivery)
    return (found if is_of_it else None), user


def _users(dispatch: Dispatch) -> list[str]:
    """All keys the node was ever let in with: a receipt may have been signed before it joined anew."""
    return list(dict.fromkeys(dispatch.node.keys.values_list("user", flat=True)))


def _is_by(user: str, signed: Signed) -> bool:
    try:
        return is_signed_by(user, signed.document, signed.signature)
    except BadNkey:
        return False
