"""The story's people are what every storey's tests and demo rely on."""

import pytest
from stdnum.cn import ric

from haihe.city import cast


def test_citizens_carry_valid_identity_numbers_and_officers_none() -> None:
    for person in (*cast.CAST, *cast.OFFICERS):
        if person.memberships == (("CITIZEN", ""),):
            assert person.id_number is not None
            assert ric.is_valid(person.id_number)
        else:
            assert person.id_number is None


def test_everybody_is_synthetic_and_signs_in_under_a_name_of_their_own() -> None:
    everybody = (*cast.CAST, *cast.OFFICERS)
    assert all(person.synthetic for person in everybody)
    assert len({person.username for person in everybody}) == len(everybody)
    assert len({person.name for person in everybody}) == len(everybody)


def test_a_stranger_is_not_in_the_cast() -> None:
    assert cast.person("liu").name == "刘志远"
    with pytest.raises(KeyError):
        cast.person("nobody")
