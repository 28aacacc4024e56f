"""The keyring: same person, same key; what it seals opens only with it, in its context, unaltered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.keyring import Keyring, KeyringError, fold_name

KEYRING = Keyring.generate()
LIU = "120103197905121012"


def test_a_keyring_survives_its_file() -> None:
    assert Keyring.from_json(KEYRING.to_json()) == KEYRING


def test_two_keyrings_share_nothing() -> None:
    other = Keyring.generate()
    assert other.subject_key(LIU) != KEYRING.subject_key(LIU)
    assert other.name_key("刘志远") != KEYRING.name_key("刘志远")
    assert other.django_secret != KEYRING.django_secret
    assert other.ledger_seed != KEYRING.ledger_seed


def test_repr_shows_no_key() -> None:
    shown = repr(KEYRING)
    assert KEYRING.django_secret not in shown
    assert "secret" not in shown


@given(st.text(), st.text())
def test_subject_keys_are_stable_and_apart(one: str, other: str) -> None:
    assert KEYRING.subject_key(one) == KEYRING.subject_key(one)
    assert len(KEYRING.subject_key(one)) == 16
    assert (KEYRING.subject_key(one) == KEYRING.subject_key(other)) == (one == other)


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        (" 刘 志远 ", "刘志远"),
        ("刘志远", "刘志远"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("ＬＩ Ming", "li ming"),
    ],
)
def test_clerks_may_type_a_name_in_their_way(typed: str, registered: str) -> None:
    assert KEYRING.name_key(typed) == KEYRING.name_key(registered)
    assert len(KEYRING.name_key(typed)) == 8


@given(st.text())
def test_folding_a_name_twice_changes_nothing_more(name: str) -> None:
    assert KEYRING.name_key(fold_name(name)) == KEYRING.name_key(fold_name(fold_name(name)))


def test_another_name_has_another_key() -> None:
    assert KEYRING.name_key("刘志远") != KEYRING.name_key("刘志达")


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_context(plain: bytes, context: str) -> None:
    assert KEYRING.open(KEYRING.seal(plain, context=context), context=context) == plain


@given(st.binary(max_size=50), st.data())
def test_what_is_altered_does_not_open(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(KEYRING.seal(plain, context="client-secret:gjj"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(KeyringError):
        KEYRING.open(bytes(sealed), context="client-secret:gjj")


@given(st.binary(max_size=40))
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    with pytest.raises(KeyringError):
        KEYRING.open(rubbish, context="x")


def test_another_context_does_not_open() -> None:
    sealed = KEYRING.seal(b"secret", context="client-secret:gjj")
    with pytest.raises(KeyringError, match="context"):
        KEYRING.open(sealed, context="client-secret:mzj")


def test_equal_secrets_are_sealed_differently() -> None:
    assert KEYRING.seal(b"secret", context="x") != KEYRING.seal(b"secret", context="x")


def test_rotation_opens_the_old_and_seals_with_the_new() -> None:
    old = KEYRING.seal(b"secret", context="x")
    rotated = Keyring.from_json(KEYRING.rotated().to_json())
    assert rotated.open(old, context="x") == b"secret"
    with pytest.raises(KeyringError, match="doesn't hold"):
        KEYRING.open(rotated.seal(b"secret", context="x"), context="x")
    assert rotated.subject_key(LIU) == KEYRING.subject_key(LIU)


def test_the_ledger_key_signs() -> None:
    key = KEYRING.ledger_private_key
    key.public_key().verify(key.sign(b"batch"), b"batch")


@pytest.mark.parametrize("member", sorted(json.loads(KEYRING.to_json())))
def test_a_keyring_with_a_hole_is_refused_without_telling_a_key(member: str) -> None:
    document = json.loads(KEYRING.to_json())
    damages: tuple[object, ...] = (None, "AAAA", {}, 2)
    for damage in damages:
        document[member] = damage
        with pytest.raises(KeyringError) as refused:
            Keyring.from_json(json.dumps(document))
        assert KEYRING.django_secret not in str(refused.value)
    del document[member]
    with pytest.raises(KeyringError):
        Keyring.from_json(json.dumps(document))


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(KeyringError):
        Keyring.from_json(text)
