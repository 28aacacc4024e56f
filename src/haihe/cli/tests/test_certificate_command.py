"""`haihe certificate verify`: offline, with the key one trusts; what was altered, is somebody else's or over fails."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.cli.certificate import command
from haihe.kernel.certificate_document import Document, write_document
from haihe.kernel.keyring import Keyring

KEY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)


def document(until: date | None = None) -> str:
    told = Document(
        number="JSZ-20261123-0001",
        kind="driving-licence",
        code="120011-ZZ-0002",
        name="机动车驾驶证",
        issuer="120011",
        issuer_name="天津市公安局",
        holder="刘志远",
        holder_number="120103197905121012",
        issued_on=date(2020, 11, 23),
        valid_until=until,
        fields={"vehicle_class": "C1"},
    )
    return write_document(told, key=KEY)


def check(folder: Path, text: str, *words: str, key: str = KEY.public_key().public_bytes_raw().hex()) -> Result:
    file, trusted = folder / "c.jws", folder / "key"
    file.write_text(text)
    trusted.write_text(key + "\n")
    return CliRunner().invoke(command, ["verify", str(file), "--public-key", str(trusted), *words])


def test_a_genuine_file_is_told_in_words(tmp_path: Path) -> None:
    result = check(tmp_path, document())
    assert result.exit_code == 0, result.output
    assert "GENUINE 签名有效" in result.output
    assert "天津市公安局 (120011)" in result.output
    assert "vehicle_class: C1" in result.output
    assert "是否暂扣、撤销、注销" in result.output


def test_whose_term_is_over_fails_and_says_so(tmp_path: Path) -> None:
    result = check(tmp_path, document(until=date(2021, 1, 1)))
    assert result.exit_code == 1
    assert "EXPIRED 过期" in result.output


@pytest.mark.parametrize("text", ["", "x", "a.b.c", document()[:-4] + "AAAA", document().replace(".", ".A", 1)])
def test_anything_else_is_invalid(tmp_path: Path, text: str) -> None:
    result = check(tmp_path, text)
    assert result.exit_code == 1
    assert "INVALID 无效" in result.output


def test_another_citys_key_doesnt_fit(tmp_path: Path) -> None:
    assert check(tmp_path, document(), key="00" * 32).exit_code == 1
    assert "no public key" in check(tmp_path, document(), key="zz").output


def test_without_a_key_it_is_this_citys_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = Keyring.generate()
    (tmp_path / "keyring.json").write_text(keyring.to_json())
    monkeypatch.setenv("HAIHE_DATA_DIR", str(tmp_path))
    printed = CliRunner().invoke(command, ["public-key"]).output.strip()
    assert printed == keyring.certificate_private_key.public_key().public_bytes_raw().hex()
    (tmp_path / "c.jws").write_text(document())
    assert CliRunner().invoke(command, ["verify", str(tmp_path / "c.jws")]).exit_code == 1
    monkeypatch.setenv("HAIHE_DATA_DIR", str(tmp_path / "none"))
    assert "--public-key" in CliRunner().invoke(command, ["verify", str(tmp_path / "c.jws")]).output
