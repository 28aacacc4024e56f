"""What the demo opens and asks for."""

from uuid import UUID

from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.sharing.operations.requesting import Application
from haihe.data.sharing.operations.services import NewService

RELIEF_REGISTER = "120012/000001"
PLATFORM_CLIENT = "gjj-platform"
_DAY_S = 24 * 3600


def _in_force(relief_type: str) -> dict[str, object]:
    return {
        "all": [
            {"field": "relief_type", "op": "eq", "value": relief_type},
            {"field": "status", "op": "eq", "value": "在保"},
            {"field": "valid_from", "op": "le", "value": "$today"},
            {"field": "valid_until", "op": "ge", "value": "$today"},
        ]
    }


RELIEF_STATUS = NewService(
    slug="relief-status",
    title="低保状态核验",
    summary="回答一个人今天是否享受最低生活保障或者特困供养：是、否、无法确认。不提供金额、家庭成员和名单。",
    resource=RELIEF_REGISTER,
    claims={"on_relief": _in_force("最低生活保障"), "extreme_hardship": _in_force("特困供养")},
    claim_titles={"on_relief": "今天是否享受最低生活保障", "extreme_hardship": "今天是否享受特困供养"},
    default_claim="on_relief",
    # The register is renewed monthly; a few days more, as months begin with holidays.
    max_age_s=40 * _DAY_S,
)
RELIEF_SCOPE = NewService(
    slug="relief-scope",
    title="救助范围核验",
    summary="回答一个人今天是否享受任何一类社会救助、家庭是否三人以上、月保障金额是否不足一千元。只答是、否、不确定，不提供数额。",
    resource=RELIEF_REGISTER,
    claims={
        "on_any_relief": {
            "all": [
                {"field": "relief_type", "op": "in", "value": ["最低生活保障", "特困供养", "低收入家庭"]},
                {"field": "status", "op": "eq", "value": "在保"},
                {"field": "valid_from", "op": "le", "value": "$today"},
                {"field": "valid_until", "op": "ge", "value": "$today"},
            ]
        },
        "household_of_three_or_more": {"field": "household_size", "op": "ge", "value": 3},
        "amount_below_1000": {"field": "monthly_amount_yuan", "op": "lt", "value": 1000},
    },
    claim_titles={
        "on_any_relief": "今天是否享受低保、特困供养或者低收入家庭救助",
        "household_of_three_or_more": "家庭人口是否三人以上",
        "amount_below_1000": "月保障金额是否不足一千元",
    },
    default_claim="on_any_relief",
    max_age_s=40 * _DAY_S,
)
RELIEF_DETAILS = NewService(
    slug="relief-details",
    title="救助信息查询",
    summary="按授权返回一个人的救助类型、家庭人口、月保障金额所在档次、开始年份和所在的区，用于核定减免额度。"
    "能用核验回答的，请用核验。",
    resource=RELIEF_REGISTER,
    fields={
        "relief_type": {"mask": "none"},
        "household_size": {"mask": "none"},
        "monthly_amount_yuan": {"mask": "bucket", "step": 500},
        "valid_from": {"mask": "year"},
        "division": {"mask": "district"},
    },
    max_age_s=40 * _DAY_S,
)

WITHDRAWAL = Application(
    applicant=HOUSING_FUND_CENTRE,
    service=RELIEF_STATUS.slug,
    claims=("on_relief",),
    purpose="HOUSING_FUND_WITHDRAWAL",
    item="housing-fund-relief-withdrawal",
    legal_basis="《住房公积金管理条例》第二十四条、第二十五条；《天津市住房公积金提取管理办法》关于享受最低生活保障家庭提取的规定",
    scenario="窗口或手机受理低保家庭提取住房公积金时，核验申请人今天是否享受最低生活保障，替代由申请人提交的低保证明。",
    duration_months=12,
    quota_per_day=20_000,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0001"),
)
HARDSHIP = Application(
    applicant=HOUSING_FUND_CENTRE,
    service=RELIEF_STATUS.slug,
    claims=("extreme_hardship",),
    purpose="HOUSING_FUND_HARDSHIP",
    item="housing-fund-hardship-withdrawal",
    legal_basis="《天津市住房公积金提取管理办法》关于特困供养人员提取的规定",
    scenario="特困供养人员由监护人代为申请提取住房公积金时，核验供养状态，替代特困供养证明。",
    duration_months=12,
    quota_per_day=2_000,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0002"),
)
LOAN_RELIEF = Application(
    applicant=HOUSING_FUND_CENTRE,
    service=RELIEF_STATUS.slug,
    claims=("on_relief",),
    purpose="LOAN_REPAYMENT_RELIEF",
    item="housing-fund-loan-relief",
    legal_basis="《住房公积金管理条例》第十一条；天津市住房公积金贷款困难家庭缓缴有关规定",
    scenario="低保家庭申请缓还住房公积金贷款时，核验其是否享受最低生活保障，替代低保证明。",
    duration_months=6,
    quota_per_day=1_000,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0003"),
)
RENT_SUBSIDY = Application(
    applicant=HOUSING_FUND_CENTRE,
    service=RELIEF_DETAILS.slug,
    fields=("relief_type", "household_size", "monthly_amount_yuan"),
    purpose="RENT_SUBSIDY_ASSESSMENT",
    item="housing-fund-rent-subsidy",
    legal_basis="《天津市住房公积金提取管理办法》关于困难家庭提取额度核定的规定",
    scenario="核定困难家庭提取住房公积金支付房租的额度时，查询救助类型、家庭人口和金额档次，替代收入和家庭情况证明。",
    duration_months=12,
    quota_per_day=2_000,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0004"),
)
