"""A result as a certificate: signed with the city's key, carried by the picture itself, checked without a register."""

import io
from dataclasses import dataclass
from urllib.parse import quote

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.kernel.compact_jws import JwsError, read_jws, write_jws
from haihe.kernel.masking import mask_id_number
from haihe.scoreday.looking_up import Credentials, Told
from haihe.scoreday.release import Release

_TYPE = "haihe-result+jws"


class NotGenuine(Exception):
    """Not signed here, altered, or of another release."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a genuine certificate says; the identity number is masked in it."""

    told: Told
    number: str
    id_number: str
    issued_at: float


class Certificates:
    """`url` is where this page is reached from outside; `key_id` names the key."""

    def __init__(self, key: Ed25519PrivateKey, *, key_id: str, url: str) -> None:
        self._key, self._key_id, self._url = key, key_id, url.rstrip("/")

    def written(self, release: Release, told: Told, credentials: Credentials, *, now: float) -> str:
        """Return the signed text."""
        claims = {
            "rel": release.slug,
            "num": credentials.number,
            "sub": mask_id_number(credentials.id_number),
            "val": [told.values[line.field] for line in release.content.lines],
            "ev": told.evidence,
            "of": told.as_of,
            "iat": int(now),
        }
        return write_jws(claims, key=self._key, typ=_TYPE, kid=self._key_id)

    def address(self, release: Release, told: Told, credentials: Credentials, *, now: float) -> str:
        """Return where the certificate is checked; it carries the signed text."""
        return f"{self._url}/{release.slug}/verify?c={quote(self.written(release, told, credentials, now=now))}"

    def picture(self, release: Release, address: str) -> str:
        """Return the code to scan as SVG; it leads to the page that checks it."""
        drawn = io.BytesIO()
        segno.make_qr(address, error="l").save(
            drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, title=release.content.title.zh
        )
        return drawn.getvalue().decode()

    def read(self, release: Release, text: str) -> Shown:
        """Raises: NotGenuine."""
        try:
            jws = read_jws(text)
        except JwsError as fault:
            raise NotGenuine from fault
        lines, claims = release.content.lines, jws.claims
        if not jws.is_by(self._key.public_key()) or jws.header.get("typ") != _TYPE or claims["rel"] != release.slug:
            raise NotGenuine
        if len(claims["val"]) != len(lines):
            raise NotGenuine
        values = {line.field: value for line, value in zip(lines, claims["val"], strict=True)}
        return Shown(Told(values, claims["ev"], claims["of"]), claims["num"], claims["sub"], float(claims["iat"]))
