"""Who compares and who visits in the demo. All of them are synthetic; their offices are real."""

import uuid
from datetime import datetime
from typing import Final

from haihe.base.accounts import demo as accounts
from haihe.base.accounts.api import Actor, Role, actor_for
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST, SOCIAL_SECURITY, TIANJIN, CastPerson, person

HEALTH: Final = "120025"
TAX: Final = "120046"
NINGHE: Final = "12P001"
NINGHE_TOWN: Final = "12P103"


def _officer(username: str, name: str, name_en: str, role: Role, organisation: str) -> CastPerson:
    return CastPerson(username, name, name_en, None, ((role, organisation),), TIANJIN)


PENG: Final = CastPerson("peng", "彭秀兰", "Peng Xiulan", "120117197403160028", (("CITIZEN", ""),), "120117102202")
"""Her family is in difficulty and she isn't insured; nobody told her what she could have."""
GUO: Final = CastPerson("guo", "郭建民", "Guo Jianmin", "120117198104230035", (("CITIZEN", ""),), "120117102203")
"""His employer pays into the housing fund and, by the register, no longer insures him; he is told and answers."""
PEOPLE: Final = (
    PENG,
    GUO,
    _officer("steward_rsj", "王海燕", "Wang Haiyan", Role.STEWARD, SOCIAL_SECURITY),
    _officer("reviewer_rsj", "高雅静", "Gao Yajing", Role.STEWARD, SOCIAL_SECURITY),
    person("approver_rsj"),
    person("approver_cl"),
    _officer("dispatcher_nh", "张伟", "Zhang Wei", Role.DISPATCHER, NINGHE),
    _officer("worker_nhz", "李娟", "Li Juan", Role.FIELD_WORKER, NINGHE_TOWN),
)


def plant_people(*, now: datetime) -> None:
    accounts.plant(PEOPLE, now=now, keyring=keyring())


def office(role: Role, organisation: str, *, now: datetime) -> Actor:
    """Return who of the demo holds the role there; where nobody has an account, somebody of the office without one."""
    for one in (*CAST, *PEOPLE):
        if (role, organisation) in one.memberships:
            return actor_for(one.username, now=now)
    made = uuid.uuid5(uuid.NAMESPACE_OID, f"haihe-demo:{role}:{organisation}")
    return Actor(made, "演示经办人", frozenset({(str(role), organisation)}))
