"""Trees and proofs agree with Certificate Transparency's published vectors and with the RFC's recursive definition."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.merkle import RunningRoot, inclusion_proof, leaf_hash, node_hash, path_sides, root, verify_inclusion

# Certificate Transparency's reference data (transparency-dev/merkle, testonly/constants.go).
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOFS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
# Roots of trees whose leaf i holds i as two bytes, low first (the same project, compact/range_test.go).
LARGER_ROOTS = {
    10: "VjWMPSYNtCuCNlF/RLnQy6HcwSk6CIipfxm+hettA+4=",
    15: "j4SulYmocFuxdeyp12xXCIgK6PekBcxzAIj4zbQzNEI=",
    16: "c+4Uc6BCMOZf/v3NZK1kqTUJe+bBoFtOhP+P3SayKRE=",
    100: "dUh9hYH88p0CMoHkdr1wC2szbhcLAXOejWpINIooKUY=",
}


def test_leaf_and_node_hashes_are_those_of_certificate_transparency() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(leaf_hash(entry) for entry in ENTRIES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize("size", LARGER_ROOTS)
def test_roots_of_larger_trees_agree_too(size: int) -> None:
    leaves = [leaf_hash(bytes([i & 0xFF, i >> 8])) for i in range(size)]
    assert root(leaves) == b64decode(LARGER_ROOTS[size])


@pytest.mark.parametrize(("index", "size"), PROOFS)
def test_proofs_are_those_of_certificate_transparency(index: int, size: int) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    proof = inclusion_proof(leaves, index)
    assert [part.hex() for part in proof] == PROOFS[index, size]
    assert verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=bytes.fromhex(ROOTS[size]))


def test_every_leaf_of_every_tree_up_to_300_proves_itself() -> None:
    leaves: list[bytes] = []
    running = RunningRoot()
    for size in range(1, 301):
        leaves.append(leaf_hash(size.to_bytes(2)))
        running.add(leaves[-1])
        for index in range(size):
            proof = inclusion_proof(leaves, index) if size % 7 == 1 or index in (0, size // 2, size - 1) else None
            if proof is not None:
                assert verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=running.value())
        assert running.value() == _root_by_definition(leaves)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_a_proof_proves_nothing_but_its_own_leaf_place_size_and_root(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    size, index = len(leaves), data.draw(st.integers(0, len(leaves) - 1))
    proof, top = inclusion_proof(leaves, index), root(leaves)
    assert verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=top)

    other = leaf_hash(b"another entry altogether")
    assert not verify_inclusion(leaf=other, index=index, size=size, proof=proof, root=top)
    assert not verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=other)
    assert not verify_inclusion(leaf=leaves[index], index=index, size=size, proof=[*proof, other], root=top)
    for i in range(len(proof)):
        without = proof[:i] + proof[i + 1 :]
        changed = [*proof[:i], other, *proof[i + 1 :]]
        assert not verify_inclusion(leaf=leaves[index], index=index, size=size, proof=without, root=top)
        assert not verify_inclusion(leaf=leaves[index], index=index, size=size, proof=changed, root=top)


@given(st.integers(1, 300), st.data())
def test_the_sides_told_for_a_path_lead_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = [leaf_hash(i.to_bytes(2)) for i in range(size)]
    node = leaves[index]
    for side, part in zip(path_sides(index=index, size=size), inclusion_proof(leaves, index), strict=True):
        node = node_hash(part, node) if side == "LEFT" else node_hash(node, part)
    assert node == root(leaves)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 0), (1, 1), (-1, 2), (2, 2)])
def test_a_place_outside_the_tree_is_refused(index: int, size: int) -> None:
    leaf = leaf_hash(b"")
    assert not verify_inclusion(leaf=leaf, index=index, size=size, proof=[], root=leaf)
    with pytest.raises(IndexError):
        inclusion_proof([leaf] * size, index)


def test_hashes_of_the_wrong_length_are_refused() -> None:
    leaf = leaf_hash(b"")
    assert not verify_inclusion(leaf=b"", index=0, size=1, proof=[], root=b"")
    assert not verify_inclusion(leaf=leaf, index=0, size=2, proof=[leaf[:-1]], root=node_hash(leaf, leaf[:-1]))


def _root_by_definition(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(_root_by_definition(leaves[:split]), _root_by_definition(leaves[split:]))
