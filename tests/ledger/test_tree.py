"""The tree of RFC 9162: its published vectors, and the plain definition beside it."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger import tree

# of the reference implementation of Certificate Transparency (RFC 6962, same tree): leaves
LEAVES = [
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
# and the head over the first 0, 1, 2 … of them
HEADS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# leaf, size → path
PATHS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
}
# sizes → proof
PROOFS = {
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
HASHES = [tree.leaf_hash(data) for data in LEAVES]
SUBTREE = tree.of_leaves(HASHES)
some_leaves = st.integers(1, 700).map(lambda n: [tree.leaf_hash(b"%d" % i) for i in range(n)])


def plain_head(hashes: list[bytes]) -> bytes:
    """The head as section 2.1.1 writes it down."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    left, right = plain_head(hashes[:middle]), plain_head(hashes[middle:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", range(9))
def test_heads_are_the_published_ones(size: int) -> None:
    assert tree.root(size, SUBTREE).hex() == HEADS[size]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_paths_are_the_published_ones(index: int, size: int) -> None:
    path = tree.inclusion(index, size, tree.of_leaves(HASHES[:size]))
    assert tuple(step.hex() for step in path) == PATHS[index, size]


@pytest.mark.parametrize(("first", "second"), PROOFS)
def test_proofs_of_consistency_are_the_published_ones(first: int, second: int) -> None:
    proof = tree.consistency(first, second, tree.of_leaves(HASHES[:second]))
    assert tuple(step.hex() for step in proof) == PROOFS[first, second]


@given(some_leaves, st.data())
def test_heads_and_proofs_are_those_of_the_plain_definition(
    hashes: list[bytes], data: st.DataObject
) -> None:
    subtree, size = tree.of_leaves(hashes), len(hashes)
    head = tree.root(size, subtree)
    assert head == plain_head(hashes)
    index = data.draw(st.integers(0, size - 1))
    tree.check_inclusion(hashes[index], index, size, tree.inclusion(index, size, subtree), head)
    first = data.draw(st.integers(1, size))
    proof = tree.consistency(first, size, subtree)
    tree.check_consistency(first, plain_head(hashes[:first]), size, head, proof)


@given(some_leaves, st.data())
def test_a_proof_that_was_touched_proves_nothing(hashes: list[bytes], data: st.DataObject) -> None:
    subtree, size = tree.of_leaves(hashes), len(hashes)
    head, index = tree.root(size, subtree), data.draw(st.integers(0, size - 1))
    path = tree.inclusion(index, size, subtree)
    other = data.draw(st.sampled_from(["longer", "shorter", "leaf", "index", "step"]))
    leaf = hashes[index]
    if other == "longer" or size == 1:
        path.append(head)
    elif other == "shorter":
        path.pop()
    elif other == "leaf":
        leaf = tree.leaf_hash(b"another")
    elif other == "index":
        index = (index + 1) % size
    else:
        path[data.draw(st.integers(0, len(path) - 1))] = tree.leaf_hash(b"another")
    with pytest.raises(tree.ProofError):
        tree.check_inclusion(leaf, index, size, path, head)


@given(some_leaves, st.data())
def test_another_history_is_no_continuation(hashes: list[bytes], data: st.DataObject) -> None:
    size = len(hashes)
    first = data.draw(st.integers(1, size))
    rewritten = list(hashes)
    rewritten[data.draw(st.integers(0, first - 1))] = tree.leaf_hash(b"another")
    proof = tree.consistency(first, size, tree.of_leaves(rewritten))
    with pytest.raises(tree.ProofError):
        tree.check_consistency(
            first, plain_head(hashes[:first]), size, plain_head(rewritten), proof
        )


def test_what_is_no_place_in_a_tree_is_refused() -> None:
    with pytest.raises(tree.ProofError):
        tree.inclusion(8, 8, SUBTREE)
    with pytest.raises(tree.ProofError):
        tree.consistency(9, 8, SUBTREE)
    with pytest.raises(tree.ProofError):
        tree.consistency(0, 8, SUBTREE)
    with pytest.raises(tree.ProofError):
        tree.check_inclusion(HASHES[0], 8, 8, [], HASHES[0])
    with pytest.raises(tree.ProofError):
        tree.check_consistency(8, HASHES[0], 3, HASHES[0], [HASHES[0]])
    tree.check_consistency(0, tree.EMPTY, 8, bytes.fromhex(HEADS[8]), [])
