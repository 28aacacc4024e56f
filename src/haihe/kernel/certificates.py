"""Certificates of a small authority of our own: the hub's, and one for each node (X.509, Ed25519)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_ROOT_YEARS = 20
_SKEW = timedelta(minutes=10)


class BadRequest(ValueError):
    """Not a request for a certificate, of another kind of key, or not signed with its own key."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate as text (PEM), with what is shown of it."""

    pem: str
    serial: str
    expires_at: datetime


def root(authority: Ed25519PrivateKey, *, now: datetime) -> str:
    """Return the authority's own certificate, which nodes and hub trust."""
    name = _name("Haihe nodes")
    builder = _builder(name, name, authority.public_key(), now, now + timedelta(days=365 * _ROOT_YEARS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
    return _pem(builder.sign(authority, None))


def serving(
    authority: Ed25519PrivateKey, key: Ed25519PublicKey, names: Sequence[str], *, now: datetime, lives: timedelta
) -> Issued:
    """Issue a server's certificate for these host names and addresses."""
    return _issue(authority, key, names[0], names, ExtendedKeyUsageOID.SERVER_AUTH, now, lives)


def calling(
    authority: Ed25519PrivateKey, key: Ed25519PublicKey, name: str, *, now: datetime, lives: timedelta
) -> Issued:
    """Issue a node's certificate: the key under a name of ours, whatever its request asked for."""
    return _issue(authority, key, name, (), ExtendedKeyUsageOID.CLIENT_AUTH, now, lives)


def requested_key(pem: str) -> Ed25519PublicKey:
    """Return the key of a request (PKCS#10) that proves that its sender has the private half. Raises: BadRequest."""
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        key = request.public_key()
        if not request.is_signature_valid or not isinstance(key, Ed25519PublicKey):
            raise BadRequest("the request isn't signed with an Ed25519 key of its own")
    except (ValueError, InvalidSignature) as fault:
        raise BadRequest("not a request for a certificate") from fault
    return key


def request(key: Ed25519PrivateKey, name: str) -> str:
    """Return a request for a certificate, signed with the key."""
    built = x509.CertificateSigningRequestBuilder().subject_name(_name(name)).sign(key, None)
    return built.public_bytes(serialization.Encoding.PEM).decode()


def private_pem(key: Ed25519PrivateKey) -> str:
    """Return the private key as text: a secret."""
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _issue(
    authority: Ed25519PrivateKey,
    key: Ed25519PublicKey,
    name: str,
    names: Sequence[str],
    usage: x509.ObjectIdentifier,
    now: datetime,
    lives: timedelta,
) -> Issued:
    until = now + lives
    builder = _builder(_name(name), _name("Haihe nodes"), key, now, until)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    parent = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    builder = builder.add_extension(parent, critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(each) for each in names]), critical=False)
    certificate = builder.sign(authority, None)
    return Issued(_pem(certificate), f"{certificate.serial_number:x}", certificate.not_valid_after_utc)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Ed25519PublicKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(now - _SKEW).not_valid_after(until)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
