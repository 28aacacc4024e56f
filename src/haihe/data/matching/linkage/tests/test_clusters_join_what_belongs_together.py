from hypothesis import given
from hypothesis import strategies as st

from haihe.data.matching.linkage.clusters import Link, Record, clusters

RECORDS = st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 6))
LINKS = st.lists(st.builds(Link, RECORDS, RECORDS, st.floats(0, 30)), max_size=20)
APART = st.lists(st.tuples(RECORDS, RECORDS).filter(lambda pair: pair[0] != pair[1]), max_size=6)


def test_links_over_three_registers_make_one_person() -> None:
    one, two, three = ("relief", 1), ("fund", 7), ("insurance", 3)
    assert set(clusters([Link(one, two, 9), Link(two, three, 8)]).values()) == {two}


def test_what_a_person_holds_apart_stays_apart_and_the_weakest_link_goes() -> None:
    one, two, three = ("relief", 1), ("fund", 7), ("insurance", 3)
    found = clusters([Link(one, two, 9), Link(two, three, 8)], [(one, three)])
    assert found[one] == found[two] != found[three]


@given(LINKS, APART)
def test_no_record_is_lost_and_none_that_are_held_apart_are_together(
    links: list[Link], apart: list[tuple[Record, Record]]
) -> None:
    found = clusters(links, apart)
    assert set(found) == {record for link in links for record in (link.one, link.other)}
    assert all(one not in found or other not in found or found[one] != found[other] for one, other in apart)
    assert all(found[root] == root <= record for record, root in found.items())


@given(LINKS)
def test_the_order_of_links_and_of_their_ends_makes_no_difference(links: list[Link]) -> None:
    turned = [Link(link.other, link.one, link.bits) for link in reversed(links)]
    assert clusters(turned) == clusters(links)


@given(LINKS, LINKS)
def test_more_links_never_separate(links: list[Link], more: list[Link]) -> None:
    few, many = clusters(links), clusters([*links, *more])
    for one in few:
        for other in few:
            assert few[one] != few[other] or many[one] == many[other]
