"""`haihe certificate`: check an electronic certificate with nothing but its file and the city's key."""

import os
import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from haihe.kernel.certificate_document import MAX_DOCUMENT_BYTES, DocumentVerdict, verify_document
from haihe.kernel.environment import Environment

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_CITY_TIME = timezone(timedelta(hours=8))


@click.group(name="certificate")
def command() -> None:
    """Check electronic certificates (电子证照) that their holders saved."""


@command.command()
@click.argument("file", type=_FILE)
@click.option(
    "--public-key", type=_FILE, help="The key you trust, as `haihe certificate public-key` prints it; else this city's."
)
def verify(file: Path, public_key: Path | None) -> None:
    """Check a file. Needs no database and no network; exit code 0 only if it is genuine and its term isn't over."""
    key = _read_key(public_key) if public_key else _own_key()
    with file.open("rb") as source:
        data = source.read(MAX_DOCUMENT_BYTES + 1)
    verdict = verify_document(data, key=key)
    if not verdict.valid:
        click.secho(f"INVALID 无效: {verdict.reason}", fg="red", bold=True)
        sys.exit(1)
    is_over = verdict.is_over(datetime.now(UTC).astimezone(_CITY_TIME).date())
    if is_over:
        click.secho("EXPIRED 过期: genuine, but its term is over", fg="yellow", bold=True)
    else:
        click.secho("GENUINE 签名有效", fg="green", bold=True)
    _show(verdict)
    if is_over:
        sys.exit(1)


@command.command(name="public-key")
def public_key() -> None:
    """Print the key that signs this city's certificates, to publish it where those who verify can find it."""
    click.echo(_own_key().public_bytes_raw().hex())


def _own_key() -> Ed25519PublicKey:
    from haihe.kernel.keyring import Keyring

    file = Environment.from_mapping(os.environ).data_dir / "keyring.json"
    try:
        return Keyring.from_json(file.read_text()).certificate_private_key.public_key()
    except (OSError, ValueError) as trouble:
        raise click.ClickException(f"{file}: {trouble}; elsewhere, name the city's key with --public-key") from None


def _read_key(file: Path) -> Ed25519PublicKey:
    text = file.read_text(errors="replace").strip()
    if not re.fullmatch(r"(?:[0-9a-f]{2}){32}", text):
        raise click.ClickException(f"{file} holds no public key: 64 hexadecimal digits")
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))


def _show(verdict: DocumentVerdict) -> None:
    told = verdict.document
    if told is None:
        raise TypeError("a good file has a document")
    rows = {
        "证照 certificate": f"{told.name} ({told.code})",
        "编号 number": told.number,
        "持证人 holder": told.holder,
        "证件号码 holder's number": told.holder_number,
        "颁发机构 issuer": f"{told.issuer_name} ({told.issuer})",
        "颁发日期 issued": told.issued_on.isoformat(),
        "有效期至 valid until": told.valid_until.isoformat() if told.valid_until else "长期 no end",
        **told.fields,
        "公钥 key": verdict.key_id,
    }
    for name, value in rows.items():
        click.echo(f"  {name}: {value or '-'}")
    click.secho(
        "  Whether it was suspended, revoked or cancelled since, only the city's page tells (number and check code)."
        "\n  签发之后是否暂扣、撤销、注销，请在核验页面用编号和核验码查询。",
        fg="yellow",
    )
