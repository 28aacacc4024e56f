"""The hub's own certificate: looked at each day, and issued anew while the hub runs, long before it ends."""

import contextlib
import logging
import os
import signal
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from haihe.data.exchange.nodes.issuing import hub_keys
from haihe.kernel import certificates

LIVES = timedelta(days=397)
RENEW_BEFORE = timedelta(days=60)
_log = logging.getLogger("haihe.nodes")


def ends_at() -> datetime | None:
    """Return when the hub's certificate ends; None where no hub runs from this data directory."""
    certificate = _read()
    return certificate.not_valid_after_utc if certificate else None


def renew_if_due(*, now: datetime) -> bool:
    """Issue a new one for the same names where little time is left, and have the hub read it.

    Returns whether it was due. Lines that are there stay; nodes see the new one when they next dial.
    """
    certificate = _read()
    if certificate is None or certificate.not_valid_after_utc - now > RENEW_BEFORE:
        return False
    key = Ed25519PrivateKey.generate()
    names = _names(certificate)
    issued = certificates.serving(hub_keys().authority, key.public_key(), names, now=now, lives=LIVES)
    _write("hub.key", certificates.private_pem(key))
    _write("hub.pem", issued.pem)
    _have_it_read()
    _log.info("the hub's certificate is renewed until %s", issued.expires_at.isoformat())
    return True


def _names(certificate: x509.Certificate) -> list[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = found.get_values_for_type(x509.DNSName)
    addresses = [str(address) for address in found.get_values_for_type(x509.IPAddress)]
    first = str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
    return list(dict.fromkeys([first, *hosts, *addresses]))


def _read() -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate((_folder() / "hub.pem").read_bytes())
    except FileNotFoundError:
        return None


def _write(name: str, text: str) -> None:
    """Replace a file that only the hub may read: it finds the old content or the new one."""
    descriptor, beside = tempfile.mkstemp(dir=_folder(), prefix=f".{name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    owner = (_folder() / name).stat()
    with contextlib.suppress(PermissionError):
        os.chown(beside, owner.st_uid, owner.st_gid)
    Path(beside).replace(_folder() / name)


def _have_it_read() -> None:
    try:
        os.kill(int((_folder() / "hub.pid").read_text()), signal.SIGHUP)
    except (OSError, ValueError) as fault:
        _log.warning("the hub can't be told of its new certificate: %s", type(fault).__name__)


def _folder() -> Path:
    return Path(settings.HAIHE.data_dir) / "hub"
