"""Every resident is a plausible somebody at a real place, with an identity number of their own."""

from stdnum.cn import ric

from haihe.city import cast
from haihe.city.demo.tests.conftest import SmallCity
from haihe.city.places import tianjin
from haihe.kernel.identifiers import parse_id_number


def test_there_are_as_many_as_the_scale_says(small_city: SmallCity) -> None:
    assert small_city.figures.rows["resident"] == 31_200
    assert small_city.count("SELECT count(*) FROM {resident}") == 31_200


def test_no_two_share_an_identity_number(small_city: SmallCity) -> None:
    assert small_city.count("SELECT count(DISTINCT id_number) FROM {resident}") == 31_200


def test_identity_numbers_hold_before_python_stdnum_and_say_who_it_is(small_city: SmallCity) -> None:
    people = small_city.ask("SELECT id_number, birth_date, sex FROM {resident} ORDER BY hash(id_number) LIMIT 3000")
    for id_number, birth_date, sex in people:
        assert ric.is_valid(id_number), id_number
        read = parse_id_number(id_number)
        assert (read.birth_date, read.sex) == (birth_date, sex)


def test_a_household_lives_in_one_community_at_one_address(small_city: SmallCity) -> None:
    assert (
        small_city.ask(
            "SELECT household FROM {resident} GROUP BY household HAVING count(DISTINCT (division, address)) > 1"
        )
        == []
    )


def test_a_household_has_one_head_and_its_members_are_numbered_from_it(small_city: SmallCity) -> None:
    odd = small_city.ask(
        "SELECT household FROM {resident} GROUP BY household "
        "HAVING count(*) FILTER (relation = '户主') <> 1 OR min(member) <> 0 OR max(member) <> count(*) - 1"
    )
    assert odd == []


def test_children_are_younger_than_their_parents_by_a_generation(small_city: SmallCity) -> None:
    gaps = small_city.ask(
        "SELECT min(date_diff('year', head.birth_date, child.birth_date)) FROM {resident} head "
        "JOIN {resident} child USING (household) WHERE head.relation = '户主' AND child.relation = '子女'"
    )
    assert gaps[0][0] >= 18


def test_everybody_lives_in_a_community_that_exists(small_city: SmallCity) -> None:
    communities = {place.code for place in tianjin() if place.level == 5}
    assert {code for (code,) in small_city.ask("SELECT DISTINCT division FROM {resident}")} <= communities


def test_all_sixteen_districts_are_peopled_and_binhai_most(small_city: SmallCity) -> None:
    rows = small_city.ask("SELECT division[:6], count(*) FROM {resident} GROUP BY 1 ORDER BY 2 DESC")
    assert len(rows) == 16
    assert rows[0][0] == "120116"


def test_ages_come_near_the_census(small_city: SmallCity) -> None:
    children, old = small_city.ask(
        "SELECT avg((birth_date > DATE '2011-01-01')::INTEGER), avg((birth_date <= DATE '1966-01-01')::INTEGER) "
        "FROM {resident}"
    )[0]
    assert abs(children - 0.135) < 0.03
    assert abs(old - 0.217) < 0.03


def test_the_cast_lives_here_once_with_relatives(small_city: SmallCity) -> None:
    for person in cast.CAST:
        if person.id_number:
            found = small_city.ask(
                f"SELECT name, division, household FROM {{resident}} WHERE id_number = '{person.id_number}'"
            )
            assert [(name, division) for name, division, _ in found] == [(person.name, person.division)]
            assert small_city.count(f"SELECT count(*) FROM {{resident}} WHERE household = {found[0][2]}") >= 2


def test_everybody_in_every_table_is_marked_synthetic(small_city: SmallCity) -> None:
    for table in small_city.figures.rows:
        assert small_city.count(f"SELECT count(*) FROM {{{table}}} WHERE synthetic IS NOT true") == 0


def test_telephone_numbers_belong_to_no_subscriber(small_city: SmallCity) -> None:
    assert small_city.count("SELECT count(*) FROM {resident} WHERE NOT regexp_full_match(phone, '154[0-9]{{8}}')") == 0
