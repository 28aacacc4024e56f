"""The people the demo's story needs. All of them are synthetic; places and organisations are real.

Nothing here reaches the database: accounts are made from `CAST` by the demo of `base.accounts`, registers by the
demo city, and tests of every storey sign in as these persons.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

TIANJIN = "120000000000"

DATA_CENTRE = "120001"
EDUCATION = "120007"
CIVIL_AFFAIRS = "120012"
SOCIAL_SECURITY = "120020"
DISABLED_PERSONS_FEDERATION = "120030"
GOVERNMENT_SERVICES = "120037"
HOUSING_FUND_CENTRE = "120040"
CATERING_ASSOCIATION = "XH0001"
"""An association of a trade, no public body: its code is given by the open platform."""

RELIEF_FILE = "city/files/relief_register.csv"
"""Where, in the data directory, the demo's relief register lies as 民政局 hands it over."""


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

OFFICERS: tuple[CastPerson, ...] = (
    _officer("clerk_scjg", "冯雪", "Feng Xue", "CLERK", "120029"),
    _officer("approver_scjg", "蒋涛", "Jiang Tao", "APPROVER", "120029"),
    _officer("clerk_ga", "沈刚", "Shen Gang", "CLERK", "120011"),
    _officer("clerk_mzj", "韩梅", "Han Mei", "CLERK", CIVIL_AFFAIRS),
    _officer("clerk_rsj", "杨帆", "Yang Fan", "CLERK", SOCIAL_SECURITY),
    _officer("clerk_sw", "秦岚", "Qin Lan", "CLERK", "120046"),
    _officer("clerk_xf", "许峰", "Xu Feng", "CLERK", "120048"),
    _officer("clerk_jw", "吕静", "Lü Jing", "CLERK", EDUCATION),
    _officer("approver_jw", "苏文", "Su Wen", "APPROVER", EDUCATION),
    _officer("approver_ga", "高勇", "Gao Yong", "APPROVER", "120011"),
    _officer("clerk_sf", "叶青", "Ye Qing", "CLERK", "120013"),
    _officer("approver_sf", "丁宁", "Ding Ning", "APPROVER", "120013"),
    _officer("clerk_gzy", "邓林", "Deng Lin", "CLERK", "120015"),
    _officer("approver_gzy", "方正", "Fang Zheng", "APPROVER", "120015"),
    _officer("clerk_zj", "石磊", "Shi Lei", "CLERK", "120017"),
    _officer("approver_zj", "廖敏", "Liao Min", "APPROVER", "120017"),
    _officer("clerk_cg", "贺兰", "He Lan", "CLERK", "120018"),
    _officer("approver_cg", "汪洋", "Wang Yang", "APPROVER", "120018"),
    _officer("clerk_jt", "白云", "Bai Yun", "CLERK", "120019"),
    _officer("approver_jt", "江海", "Jiang Hai", "APPROVER", "120019"),
    _officer("approver_rsj", "刘建平", "Liu Jianping", "APPROVER", SOCIAL_SECURITY),
    _officer("clerk_wl", "潘悦", "Pan Yue", "CLERK", "120024"),
    _officer("approver_wl", "夏晨", "Xia Chen", "APPROVER", "120024"),
    _officer("clerk_wj", "田雨", "Tian Yu", "CLERK", "120025"),
    _officer("approver_wj", "任重", "Ren Zhong", "APPROVER", "120025"),
    _officer("clerk_cl", "金玲", "Jin Ling", "CLERK", DISABLED_PERSONS_FEDERATION),
    _officer("approver_cl", "谭平", "Tan Ping", "APPROVER", DISABLED_PERSONS_FEDERATION),
    _officer("clerk_yb", "范宁", "Fan Ning", "CLERK", "120034"),
    _officer("approver_yb", "陆远", "Lu Yuan", "APPROVER", "120034"),
    _officer("approver_sw", "姚远", "Yao Yuan", "APPROVER", "120046"),
    _officer("approver_xf", "雷鸣", "Lei Ming", "APPROVER", "120048"),
    _officer("steward_jw", "苏婉", "Su Wan", "STEWARD", EDUCATION),
    _officer("steward_sjzx", "顾盼", "Gu Pan", "STEWARD", DATA_CENTRE),
    _officer("steward_zwb", "田野", "Tian Ye", "STEWARD", GOVERNMENT_SERVICES),
    _officer("approver_zwb", "邵敏", "Shao Min", "APPROVER", GOVERNMENT_SERVICES),
    _officer("clerk_zwb", "高洁", "Gao Jie", "CLERK", GOVERNMENT_SERVICES),
    _officer("clerk_xh", "林悦", "Lin Yue", "ASSOCIATION", CATERING_ASSOCIATION),
)
"""Clerks and approvers of other departments and of the halls, who take their steps in cases or release results; a clerk
of an association."""


@dataclass(frozen=True, slots=True)
class FundAccount:
    """A housing-fund account, as the clerk sees it at the desk of the housing-fund centre."""

    account_no: str
    id_number: str
    name: str
    branch: str
    employer: str
    monthly_deposit_yuan: Decimal
    balance_yuan: Decimal
    opened_on: date
    synthetic: bool = True


def _account(owner: CastPerson, serial: int, branch: str, employer: str, monthly: str, balance: str) -> FundAccount:
    money = Decimal(monthly), Decimal(balance)
    return FundAccount(f"04CAST{serial:04d}", owner.id_number or "", owner.name, branch, employer, *money, _OPENED)


_OPENED = date(2011, 4, 1)
FUND_ACCOUNTS: tuple[FundAccount, ...] = (
    _account(LIU, 1, "河西管理部", "天津市河西区演示机械厂", "620.00", "38416.72"),
    _account(ZHANG, 2, "红桥管理部", "天津市红桥区演示商贸公司", "980.00", "61250.30"),
    _account(WANG, 3, "南开管理部", "天津市南开区演示运输公司", "540.00", "22873.05"),
)
"""What the citizens of the cast have saved."""


def fund_account(id_number: str) -> FundAccount | None:
    """Return the account of a citizen of the cast, or None for anybody else."""
    return next((account for account in FUND_ACCOUNTS if account.id_number == id_number), None)


def person(username: str) -> CastPerson:
    """Return the person of the cast. Raises: KeyError for a stranger."""
    for candidate in (*CAST, *OFFICERS):
        if candidate.username == username:
            return candidate
    raise KeyError(username)
