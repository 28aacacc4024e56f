"""What goes wrong in the demo, told as a story of two departments: a refusal in dispute, a misuse, a planned stop."""

from typing import Final
from uuid import UUID

from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.sharing.demo.entries import RELIEF_DETAILS, RELIEF_SCOPE
from haihe.data.sharing.operations.requesting import Application

INTEREST_SUBSIDY = Application(
    applicant=HOUSING_FUND_CENTRE,
    service=RELIEF_SCOPE.slug,
    claims=("amount_below_1000",),
    purpose="LOAN_INTEREST_SUBSIDY",
    item="housing-fund-interest-subsidy",
    legal_basis="《住房公积金管理条例》第十一条；天津市住房公积金贷款贴息有关规定",
    scenario="受理困难家庭住房公积金贷款贴息时，核验月保障金额是否不足一千元，替代收入证明。",
    duration_months=12,
    quota_per_day=500,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0007"),
)
REFUSED: Final = "贴息按家庭收入核定，月保障金额超出办理贴息所必需的范围。"
COMPLAINT: Final = "贴息规定以月保障金额划档，核验只答是或否，不取得数额，没有超出范围。"
WISH: Final = "请同意共享“月保障金额是否不足一千元”这一项核验。"
REPLY: Final = "可以改用“是否享受任何一类社会救助”，贴息档次请由申请人说明。"
ASKED_MEDIATION: Final = "双方协商两次，对贴息档次是否必须核验没有一致，请大数据中心调解。"

HOUSEHOLD_CHECK = Application(
    applicant=HOUSING_FUND_CENTRE,
    service=RELIEF_DETAILS.slug,
    fields=("household_size",),
    purpose="LOAN_LIMIT_CHECK",
    item="housing-fund-loan-limit",
    legal_basis="《住房公积金管理条例》第二十六条；天津市住房公积金贷款额度有关规定",
    scenario="核定困难家庭住房公积金贷款额度时，查询家庭人口，替代户口簿复印件。",
    duration_months=12,
    quota_per_day=800,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0008"),
)
MISUSED: Final = "抽查发现有查询没有对应的贷款办件，疑似超出用途使用；请查明原因、收回多余账号并报告。"

STOP_REASON: Final = "下月起救助信息改由业务系统接口当场答复，订阅的变更清单不再单独编制。"
STOP_REPLY: Final = "租房额度复核要到月底结束，请在月底之后停止；届时改用实时查询。"
STOP_FILED: Final = "已与公积金中心沟通：月底之后停止，期间订阅照常；实时查询的授权已经办好，不影响办事。"
DISPUTE_TOKEN: Final = UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0101")
STOP_TOKEN: Final = UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0102")
