"""`haihe evidence`: check the evidence of one exchange with nothing but its file, and show the keys that sign it."""

import os
import re
import sys
from pathlib import Path

import click

from haihe.kernel.environment import Environment
from haihe.kernel.evidence import MAX_EVIDENCE_BYTES, EvidenceVerdict, Exchange, verify_evidence
from haihe.kernel.suites import SUITES

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(name="evidence")
def command() -> None:
    """Check the evidence of an exchange: who asked what of whom, under which grant."""


@command.command()
@click.argument("file", type=_FILE)
@click.option("--public-key", type=_FILE, help="The signing key you trust, as `haihe evidence public-key` prints it.")
@click.option("--ledger-key", type=_FILE, help="The ledger's key you trust, as `haihe ledger public-key` prints it.")
@click.option("--request", type=_FILE, help="The body of the request that you kept.")
@click.option(
    "--reply", type=_FILE, help="The body of the reply that you kept; of a batch, a part without its last line."
)
@click.option("--signature", help="The request's Signature header, which the digests of both are blinded with.")
def verify(
    file: Path,
    public_key: Path | None,
    ledger_key: Path | None,
    request: Path | None,
    reply: Path | None,
    signature: str | None,
) -> None:
    """Check a file. Needs no database and no network; exit code 0 only if all that was given is good."""
    kept = None
    if request or reply:
        if not signature:
            raise click.UsageError("request and reply are checked together with --signature, the request's own")
        kept = Exchange(
            signature.strip().removeprefix("haihe="),
            request.read_bytes() if request else None,
            reply.read_bytes() if reply else None,
        )
    with file.open("rb") as source:
        data = source.read(MAX_EVIDENCE_BYTES + 1)
    verdict = verify_evidence(data, public_key=_key(public_key), ledger_key=_key(ledger_key), kept=kept)
    if not verdict.valid:
        click.secho(f"INVALID 无效: {verdict.reason}", fg="red", bold=True)
        sys.exit(1)
    _show(verdict)


@command.command(name="public-key")
@click.option("--suite", type=click.Choice(list(SUITES)), default="ed25519-sha256", show_default=True)
def public_key(suite: str) -> None:
    """Print the key that signs this installation's evidence, to publish it where those who verify can find it."""
    from haihe.kernel.keyring import Keyring

    file = Environment.from_mapping(os.environ).data_dir / "keyring.json"
    try:
        keyring = Keyring.from_json(file.read_text())
    except (OSError, ValueError) as trouble:
        raise click.ClickException(f"{file}: {trouble}") from None
    click.echo(SUITES[suite].public_key(keyring.evidence_seed(suite)).hex())


def _key(file: Path | None) -> str | None:
    if file is None:
        return None
    text = file.read_text(errors="replace").strip()
    if not re.fullmatch(r"(?:[0-9a-f]{2}){32,65}", text):
        raise click.ClickException(
            f"{file} holds no public key: hexadecimal digits, as `haihe evidence public-key` prints"
        )
    return text


def _show(verdict: EvidenceVerdict) -> None:
    if verdict.grant is None or verdict.proof is None or verdict.proof.record is None or verdict.proof.header is None:
        raise TypeError("good evidence has a grant, a record and a seal")
    record, grant, header = verdict.proof.record, verdict.grant, verdict.proof.header
    click.secho("VALID 有效", fg="green", bold=True)
    rows = {
        "凭证号 evidence": record.get("evidence"),
        "时间 at": record.get("at"),
        "使用单位 consumer": record.get("consumer"),
        "提供单位 owner": record.get("owner"),
        "服务 service": record.get("service"),
        "内容 scope": ", ".join(str(name) for name in _list(record.get("fields"))),
        "用途 purpose": record.get("purpose"),
        "办件 case": record.get("case"),
        "依据 legal basis": record.get("legal_basis"),
        "答复 answer": record.get("answer"),
        "授权 grant": f"{grant['id']} ({grant['request']}), {grant['valid_from']} – {grant['valid_until']}",
        "批次 batch": f"{header.number}, {header.size} records, sealed {header.sealed_at}",
        "核对一致 matched": ", ".join(verdict.matched),
        "签名 suite": verdict.suite,
        "公钥 public key": verdict.public_key,
        "台账公钥 ledger key": verdict.proof.public_key,
    }
    for name, value in rows.items():
        click.echo(f"  {name}: {value or '-'}")
    if not verdict.key_is_trusted:
        click.secho(
            "  Checked with the keys in the file itself. Compare them with the published ones, or name those with"
            " --public-key and --ledger-key.\n  签名是用文件中自带的公钥核对的，请与公布的公钥比对。",
            fg="yellow",
        )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
