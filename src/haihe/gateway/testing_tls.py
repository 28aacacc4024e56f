"""For tests: an authority of its own that issues real certificates, good ones and such as must be refused."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Authority:
    """Its certificate is made when it is; each one it issues is for some names or addresses and a time."""

    name: str = "a made-up authority"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    certificate: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        now, subject = datetime.now(UTC), _named(self.name)
        public = self.key.public_key()
        built = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(public)
        built = built.serial_number(x509.random_serial_number()).not_valid_before(now - 400 * _DAY)
        built = built.not_valid_after(now + 400 * _DAY)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        built = built.add_extension(_usage(signs_certificates=True), critical=True)
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        self.certificate = built.sign(self.key, hashes.SHA256())

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def issue(self, *names: str, since: timedelta = -_DAY, until: timedelta = _DAY) -> tuple[bytes, bytes]:
        """Return certificate and key in PEM, in force from and until so long from now."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        built = x509.CertificateBuilder().subject_name(_named(names[0])).issuer_name(self.certificate.subject)
        built = built.public_key(key.public_key()).serial_number(x509.random_serial_number())
        built = built.not_valid_before(now + since).not_valid_after(now + until)
        built = built.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        built = built.add_extension(_usage(signs_certificates=False), critical=True)
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        built = built.add_extension(issuer, critical=False)
        made = built.sign(self.key, hashes.SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return made.public_bytes(Encoding.PEM), private

    def server(self, folder: Path, *names: str, since: timedelta = -_DAY, until: timedelta = _DAY) -> ssl.SSLContext:
        """Return what a server of these names speaks TLS with."""
        certificate, key = self.written(folder, *names, since=since, until=until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def written(
        self, folder: Path, *names: str, since: timedelta = -_DAY, until: timedelta = _DAY
    ) -> tuple[Path, Path]:
        """Write certificate and key into the folder; return where they are."""
        certificate, key = self.issue(*names, since=since, until=until)
        paths = folder / "server.pem", folder / "server.key"
        for path, content in zip(paths, (certificate, key), strict=True):
            path.write_bytes(content)
        return paths


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
