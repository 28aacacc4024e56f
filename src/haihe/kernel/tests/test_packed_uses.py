"""One use is proved against the root without the others; no other use, answer, place or root passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel import merkle, packed_uses
from haihe.kernel.packed_uses import OUTCOMES, SALT_BYTES, SEED_BYTES, SUBJECT_BYTES, ShownUse

SEED = bytes(range(SEED_BYTES))
subjects = st.lists(st.binary(min_size=SUBJECT_BYTES, max_size=SUBJECT_BYTES), min_size=1, max_size=40, unique=True)


def packed(keys: list[bytes]) -> bytes:
    return packed_uses.pack(keys, bytes(n % len(OUTCOMES) for n in range(len(keys))))


@given(subjects, st.data())
def test_each_use_is_proved(keys: list[bytes], data: st.DataObject) -> None:
    uses = packed(keys)
    root = packed_uses.root(SEED, uses)
    place = data.draw(st.integers(0, len(keys) - 1))
    use = packed_uses.show(SEED, uses, place)
    assert (use.subject, use.code) == (keys[place], place % len(OUTCOMES))
    assert packed_uses.verify(use, root=root, size=len(keys))


@given(subjects, st.data())
def test_nothing_else_is(keys: list[bytes], data: st.DataObject) -> None:
    uses = packed(keys)
    root = packed_uses.root(SEED, uses)
    use = packed_uses.show(SEED, uses, data.draw(st.integers(0, len(keys) - 1)))
    others = [
        ShownUse(use.salt, use.subject, (use.code + 1) % len(OUTCOMES), use.index, use.path),
        ShownUse(use.salt, bytes(SUBJECT_BYTES), use.code, use.index, use.path),
        ShownUse(bytes(SALT_BYTES), use.subject, use.code, use.index, use.path),
        ShownUse(use.salt, use.subject, use.code, use.index + 1, use.path),
        ShownUse(use.salt, use.subject, use.code, use.index, (*use.path, bytes(32))),
        ShownUse(use.salt, use.subject, 9, use.index, use.path),
        ShownUse(use.salt[:-1], use.subject, use.code, use.index, use.path),
    ]
    assert not any(packed_uses.verify(other, root=root, size=len(keys)) for other in others if other != use)
    assert not packed_uses.verify(use, root=bytes(32), size=len(keys))


def test_a_proof_holds_nothing_of_the_others() -> None:
    keys = [bytes([n]) * SUBJECT_BYTES for n in range(8)]
    uses = packed(keys)
    shown = packed_uses.show(SEED, uses, 3)
    guess = [
        merkle.leaf_hash(salt + keys[2] + bytes([code]))
        for code in range(len(OUTCOMES))
        for salt in (b"", shown.salt, bytes(SALT_BYTES), SEED[:SALT_BYTES])
    ]
    assert shown.path[0] == packed_uses.leaves(SEED, uses)[2]
    assert shown.path[0] not in guess


def test_the_tree_is_the_one_of_rfc_9162() -> None:
    uses = packed([bytes([n]) * SUBJECT_BYTES for n in range(7)])
    hashes = packed_uses.leaves(SEED, uses)
    assert packed_uses.root(SEED, uses) == merkle.root(hashes)
    one = packed_uses.show(SEED, uses, 0)
    assert hashes[0] == merkle.leaf_hash(one.salt + one.subject + bytes([one.code]))


@pytest.mark.parametrize(("seed", "uses"), [(SEED, b""), (SEED, b"x" * 16), (SEED[1:], b"x" * 17)])
def test_what_is_no_packed_uses_is_refused(seed: bytes, uses: bytes) -> None:
    with pytest.raises(ValueError, match="packed"):
        packed_uses.root(seed, uses)
