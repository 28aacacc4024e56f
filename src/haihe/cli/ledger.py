"""`haihe ledger`: check a record's proof with nothing but its file, audit the whole ledger, show the public key."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from haihe.cli import Attached
from haihe.kernel.environment import Environment
from haihe.kernel.ledger_proof import MAX_PROOF_BYTES, Verdict, verify_proof


@click.group(name="ledger")
def command() -> None:
    """Check records of the use of personal data."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--public-key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The key you trust.")
def verify(file: Path, public_key: Path | None) -> None:
    """Check the proof of one record. Needs no database and no network; exit code 0 only if it is good."""
    with file.open("rb") as source:
        data = source.read(MAX_PROOF_BYTES + 1)
    verdict = verify_proof(data, public_key=_read_key(public_key) if public_key else None)
    if not verdict.valid:
        click.secho(f"INVALID 无效: {verdict.reason}", fg="red", bold=True)
        sys.exit(1)
    _show(verdict)


@command.command(name="public-key")
def public_key() -> None:
    """Print this installation's public key, to publish it where those who verify can find it."""
    from haihe.kernel.keyring import Keyring
    from haihe.kernel.ledger_proof import public_key_hex

    file = Environment.from_mapping(os.environ).data_dir / "keyring.json"
    try:
        keyring = Keyring.from_json(file.read_text())
    except (OSError, ValueError) as trouble:
        raise click.ClickException(f"{file}: {trouble}") from None
    click.echo(public_key_hex(keyring.ledger_private_key))


@command.command(cls=Attached)
def audit() -> None:
    """Recompute every seal of the ledger; exit code 0 only if nothing was altered. Needs the database and the keys."""
    from haihe.base.ledger import api as ledger

    report = ledger.audit()
    told = f"{report.sealed} records in {report.batches} batches, {report.unsealed} not sealed yet"
    for finding in report.findings:
        place = f"batch {finding.batch}" if finding.seq is None else f"record {finding.seq} ({finding.evidence})"
        click.secho(f"{finding.kind}: {place}: {finding.detail}", fg="red")
    if report.more:
        click.secho(f"and {report.more} more", fg="red")
    if not report.clean:
        click.secho(f"ALTERED 账本被改动过: {told}", fg="red", bold=True)
        sys.exit(1)
    click.secho(f"CLEAN 账本完好: {told}", fg="green", bold=True)


def _read_key(file: Path) -> str:
    text = file.read_text(errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise click.ClickException(
            f"{file} holds no public key: 64 hexadecimal digits, as `haihe ledger public-key` prints"
        )
    return text


def _show(verdict: Verdict) -> None:
    if verdict.record is None or verdict.header is None:
        raise TypeError("a good proof has a record and a header")
    click.secho("VALID 有效", fg="green", bold=True)
    rows = {
        "凭证号 evidence": verdict.record.get("evidence"),
        "时间 at": verdict.record.get("at"),
        "使用单位 consumer": verdict.record.get("consumer"),
        "服务 service": verdict.record.get("service"),
        "依据 legal basis": verdict.record.get("legal_basis"),
        "摘要 digest": _digest(verdict.record),
        "回答 answer": verdict.record.get("answer") or verdict.record.get("problem"),
        "批次 batch": f"{verdict.header.number}, {verdict.header.size} records, sealed {verdict.header.sealed_at}",
        "公钥 public key": verdict.public_key,
    }
    for name, value in rows.items():
        click.echo(f"  {name}: {value if value is not None else '-'}")
    if not verdict.key_is_trusted:
        click.secho(
            "  The signature was checked with the key in the file itself. Compare that key with the published one,"
            " or name it with --public-key.\n  签名是用文件中自带的公钥核对的，请与公布的公钥比对。",
            fg="yellow",
        )


def _digest(record: Mapping[str, object]) -> str | None:
    """Return what the head of another chain says: which link, and its digest."""
    return f"{record.get('resource')} {record['digest']}" if "digest" in record else None
