"""`haihe ledger verify` needs one file and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.cli import main
from haihe.kernel.canonical import dumps
from haihe.kernel.ledger_proof import FIRST_PREVIOUS, BatchHeader, Proof, public_key_hex, sign_header, write_proof
from haihe.kernel.merkle import inclusion_proof, leaf_hash, root

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    records = [
        dumps({"evidence": f"e{i}", "answer": "MATCH", "at": "2026-11-23T01:00:00.000Z"}).decode() for i in range(3)
    ]
    leaves = [leaf_hash(record.encode()) for record in records]
    header = BatchHeader(
        number=1,
        first_seq=1,
        last_seq=3,
        size=3,
        root=root(leaves).hex(),
        index_hash="0" * 64,
        previous=FIRST_PREVIOUS,
        sealed_at="2026-11-23T01:01:00.000Z",
        counts={"MATCH": 3},
    ).text()
    proof = write_proof(
        Proof(
            record=records[1],
            index=1,
            path=tuple(part.hex() for part in inclusion_proof(leaves, 1)),
            header=header,
            signature=sign_header(header, KEY),
            public_key=public_key_hex(KEY),
        )
    )
    target = tmp_path / "proof.json"
    target.write_bytes(proof)
    return target


def test_a_good_file_is_valid_in_a_process_without_django_database_or_settings(file: Path) -> None:
    program = (
        "import sys; from haihe.cli import main\n"
        "try: main(['ledger', 'verify', sys.argv[1]])\n"
        "finally: assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg')]"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ["PYTHONPATH"]}
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "VALID" in done.stdout
    assert "e1" in done.stdout
    assert "published" in done.stdout


def test_the_key_you_trust_decides(file: Path, tmp_path: Path) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text(public_key_hex(KEY) + "\n")
    wrong.write_text("ab" * 32)
    assert _run(file, "--public-key", str(right)) == (0, True)
    assert _run(file, "--public-key", str(wrong)) == (1, False)


def test_an_altered_file_fails_with_a_reason(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"MATCH", b"UNKNO", 1))
    result = CliRunner().invoke(main, ["ledger", "verify", str(file)])
    assert result.exit_code == 1
    assert "INVALID" in result.output


def test_a_key_file_that_holds_no_key_is_told(file: Path) -> None:
    result = CliRunner().invoke(main, ["ledger", "verify", str(file), "--public-key", str(file)])
    assert result.exit_code == 1
    assert "holds no public key" in result.output


def test_the_public_key_of_an_installation_is_printed() -> None:
    result = CliRunner().invoke(main, ["ledger", "public-key"])
    assert result.exit_code == 0
    assert len(result.output.strip()) == 64


@pytest.mark.django_db
def test_an_audit_of_an_empty_ledger_is_clean() -> None:
    result = CliRunner().invoke(main, ["ledger", "audit"])
    assert result.exit_code == 0, result.output
    assert "CLEAN" in result.output


def _run(file: Path, *options: str) -> tuple[int, bool]:
    result = CliRunner().invoke(main, ["ledger", "verify", str(file), *options])
    return result.exit_code, result.output.startswith("VALID")
