"""The demo's citizens, for whoever tries a call: yes, no, and not known. All of them are synthetic."""

from haihe.city.cast import CAST, CastPerson


def persons() -> tuple[CastPerson, ...]:
    return tuple(person for person in CAST if person.id_number is not None)
