"""`haihe evidence`: a file is checked with nothing but itself, the keys one trusts, and what one kept."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from haihe.cli.evidence import command
from haihe.kernel import ledger_proof
from haihe.kernel.suites import SM2, SUITES
from haihe.kernel.testing import CREDENTIAL, LEDGER, REPLY, REQUEST, SEED, evidence_file


def verify(folder: Path, *words: str, data: bytes | None = None) -> Result:
    file = folder / "evidence.json"
    file.write_bytes(data or evidence_file(SM2))
    return CliRunner().invoke(command, ["verify", str(file), *words])


def written(folder: Path, name: str, content: bytes | str) -> str:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)


def test_a_good_file_is_told_in_words(tmp_path: Path) -> None:
    result = verify(tmp_path)
    assert result.exit_code == 0, result.output
    assert "VALID 有效" in result.output
    assert "GX-2026-000001" in result.output
    assert "sm2-sm3" in result.output
    assert "请与公布的公钥比对" in result.output


def test_with_trusted_keys_nothing_is_left_to_compare(tmp_path: Path) -> None:
    key = written(tmp_path, "key", SM2.public_key(SEED).hex())
    ledger_key = written(tmp_path, "ledger", ledger_proof.public_key_hex(LEDGER) + "\n")
    result = verify(tmp_path, "--public-key", key, "--ledger-key", ledger_key)
    assert result.exit_code == 0, result.output
    assert "请与公布的公钥比对" not in result.output
    other = written(tmp_path, "other", "0" * 64)
    assert verify(tmp_path, "--ledger-key", other).exit_code == 1


def test_what_one_kept_is_held_against_the_record(tmp_path: Path) -> None:
    request, reply = written(tmp_path, "request", REQUEST), written(tmp_path, "reply", REPLY)
    signature = f"haihe={CREDENTIAL}"
    result = verify(tmp_path, "--request", request, "--reply", reply, "--signature", signature)
    assert "matched: request, reply" in result.output, result.output
    swapped = verify(tmp_path, "--request", reply, "--signature", signature)
    assert swapped.exit_code == 1
    assert "not the one of this exchange" in swapped.output
    assert verify(tmp_path, "--request", request).exit_code == 2


@pytest.mark.parametrize("data", [b"{}", b"\x00", evidence_file().replace(b"MATCH", b"match")])
def test_anything_else_is_invalid(tmp_path: Path, data: bytes) -> None:
    result = verify(tmp_path, data=data)
    assert result.exit_code == 1
    assert "INVALID 无效" in result.output


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    result = verify(tmp_path, "--public-key", written(tmp_path, "key", "no key"))
    assert result.exit_code == 1
    assert "holds no public key" in result.output


@pytest.mark.parametrize("suite", list(SUITES))
def test_it_prints_the_key_of_each_suite(suite: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from haihe.kernel.keyring import Keyring

    keyring = Keyring.generate()
    (tmp_path / "keyring.json").write_text(keyring.to_json())
    monkeypatch.setenv("HAIHE_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(command, ["public-key", "--suite", suite])
    assert result.output.strip() == SUITES[suite].public_key(keyring.evidence_seed(suite)).hex()
