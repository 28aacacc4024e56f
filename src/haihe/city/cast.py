"""The people the demo's story needs. All of them are synthetic; places and organisations are real.

Nothing here reaches the database: accounts are made from `CAST` by the demo of `base.accounts`, registers by the
demo city, and tests of every storey sign in as these persons.
"""

from dataclasses import dataclass

TIANJIN = "120000000000"

DATA_CENTRE = "120001"
CIVIL_AFFAIRS = "120012"
SOCIAL_SECURITY = "120020"
DISABLED_PERSONS_FEDERATION = "120030"
HOUSING_FUND_CENTRE = "120040"


@dataclass(frozen=True, slots=True)
class CastPerson:
    """One person of the story. `memberships` are (role, organisation code); a citizen belongs to none.

    `division` is where the person lives (community) or works (12 digits); only citizens have an `id_number`.
    """

    username: str
    name: str
    name_en: str
    id_number: str | None
    memberships: tuple[tuple[str, str], ...]
    division: str
    synthetic: bool = True


def _citizen(username: str, name: str, name_en: str, id_number: str, division: str) -> CastPerson:
    return CastPerson(username, name, name_en, id_number, (("CITIZEN", ""),), division)


def _officer(username: str, name: str, name_en: str, role: str, organisation: str) -> CastPerson:
    return CastPerson(username, name, name_en, None, ((role, organisation),), TIANJIN)


LIU = _citizen("liu", "刘志远", "Liu Zhiyuan", "120103197905121012", "120103001004")
"""On the relief register, in order: the register answers MATCH."""
ZHANG = _citizen("zhang", "张晓梅", "Zhang Xiaomei", "120106198509233067", "120106001002")
"""Not on the register: NO_MATCH."""
WANG = _citizen("wang", "王建军", "Wang Jianjun", "120104196803042075", "120104001001")
"""His row of the register carries an impossible date and is rejected: UNKNOWN."""

CAST: tuple[CastPerson, ...] = (
    LIU,
    ZHANG,
    WANG,
    _officer("clerk_gjj", "李敏", "Li Min", "CLERK", HOUSING_FUND_CENTRE),
    _officer("steward_gjj", "陈磊", "Chen Lei", "STEWARD", HOUSING_FUND_CENTRE),
    _officer("approver_gjj", "赵国栋", "Zhao Guodong", "APPROVER", HOUSING_FUND_CENTRE),
    _officer("steward_mzj", "孙丽华", "Sun Lihua", "STEWARD", CIVIL_AFFAIRS),
    _officer("approver_mzj", "周明", "Zhou Ming", "APPROVER", CIVIL_AFFAIRS),
    _officer("operator", "吴海涛", "Wu Haitao", "OPERATOR", DATA_CENTRE),
    _officer("auditor", "郑洁", "Zheng Jie", "AUDITOR", DATA_CENTRE),
    _officer("outsider", "何平", "He Ping", "STEWARD", DISABLED_PERSONS_FEDERATION),
)


def person(username: str) -> CastPerson:
    """Return the person of the cast. Raises: KeyError for a stranger."""
    for candidate in CAST:
        if candidate.username == username:
            return candidate
    raise KeyError(username)
