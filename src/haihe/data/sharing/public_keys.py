"""Reading an Ed25519 public key in the forms that people have it in: PEM, JWK, or the 32 bytes in base64."""

import json
import re
from base64 import b64decode, urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext as _

from haihe.data.sharing.errors import InputRefused

_RAW = re.compile(r"[A-Za-z0-9+/_-]{43}=?")
_MOST_TEXT = 2000


def read_public_key(text: str) -> bytes:
    """Return the 32 bytes. Raises: InputRefused, with what to do; a private key is refused and told apart."""
    text = text.strip()
    if "PRIVATE KEY" in text or '"d"' in text:
        raise InputRefused(_("这是私钥，不要提交给任何人；请更换它，只提交公钥。"), field="public_key")
    try:
        found = _read(text) if len(text) <= _MOST_TEXT else None
    except (ValueError, KeyError, TypeError):
        found = None
    if found is None or not any(found):
        raise InputRefused(_("请粘贴 Ed25519 公钥：PEM、JWK，或者 32 字节的 Base64。"), field="public_key")
    return found


def _read(text: str) -> bytes | None:
    if text.startswith("-----BEGIN"):
        key = load_pem_public_key(text.encode())
        return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else None
    if text.startswith("{"):
        jwk = json.loads(text)
        if (jwk["kty"], jwk["crv"]) != ("OKP", "Ed25519"):
            return None
        text = str(jwk["x"])
    if not _RAW.fullmatch(text):
        return None
    raw = text.rstrip("=") + "="
    found = urlsafe_b64decode(raw) if set(raw) & {"-", "_"} else b64decode(raw)
    return Ed25519PublicKey.from_public_bytes(found).public_bytes_raw()
