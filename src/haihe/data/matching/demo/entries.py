"""What the demo's comparisons read, and which department grants which of it to whom."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from haihe.city.cast import CIVIL_AFFAIRS, DISABLED_PERSONS_FEDERATION, HOUSING_FUND_CENTRE, SOCIAL_SECURITY
from haihe.data.catalogue.api import NewAssessment, NewItem, NewResource
from haihe.data.matching.demo.people import HEALTH, TAX
from haihe.data.sharing.api import Application, NewService

_ASSESSED_ON: Final = date(2025, 9, 8)
_DAY_S: Final = 24 * 3600
NAME: Final = NewItem(name="name", title="姓名", data_type="C", length=50, sensitivity="PERSONAL", is_required=True)
ID_NUMBER: Final = NewItem(
    name="id_number", title="证件号码", data_type="C", length=18, sensitivity="SENSITIVE", is_identifying=True,
    is_required=True,
)  # fmt: skip
DIVISION: Final = NewItem(name="division", title="区划代码", data_type="C", length=12)


def conditional_entry(
    owner: str, title: str, abstract: str, purpose: str, *items: NewItem, has_id_number: bool = True
) -> NewResource:
    """Return an entry that is shared on conditions: a name, the identity number, and the items."""
    return NewResource(
        title=title,
        abstract=abstract,
        owner=owner,
        category="DEPARTMENT",
        subject_area="社会保障",
        grade="IMPORTANT",
        format="DATABASE",
        update_cycle="MONTHLY",
        sharing_type="CONDITIONAL",
        sharing_forms=("SERVICE", "BATCH"),
        sharing_scope="按用途授权批量比对，只给出办理必需的字段。",
        sharing_purpose=purpose,
        items=(NAME, *((ID_NUMBER,) if has_id_number else ()), *items),
        assessments=tuple(
            NewAssessment(kind=kind, assessor="数据安全工作组", assessed_on=_ASSESSED_ON)
            for kind in ("SECRECY", "PERSONAL_INFORMATION")
        ),
    )


def _figure(name: str, title: str, unit: str, data_type: str = "I") -> NewItem:
    return NewItem(name=name, title=title, data_type=data_type, length=10, sensitivity="PERSONAL", unit=unit)


def text_item(name: str, title: str, length: int) -> NewItem:
    return NewItem(name=name, title=title, data_type="C", length=length, sensitivity="PERSONAL")


FAMILIES: Final = conditional_entry(
    CIVIL_AFFAIRS,
    "低收入人口监测信息",
    "社会救助家庭和低收入监测家庭成员的住址、联系电话和家庭人口。演示数据只有宁河区。",
    "主动发现和帮扶困难群众。",
    DIVISION,
    text_item("address", "住址", 120),
    text_item("phone", "联系电话", 20),
    _figure("household_size", "家庭人口", "人"),
)
DEATHS: Final = conditional_entry(
    CIVIL_AFFAIRS,
    "殡葬服务登记信息",
    "办理殡葬服务的逝者姓名、证件号码和死亡日期。演示数据只有宁河区。",
    "停发待遇、注销证件前核实。",
    replace(_figure("died_on", "死亡日期", ""), data_type="D"),
)
BURDENS: Final = conditional_entry(
    HEALTH,
    "医疗费用负担信息",
    "个人一年自付医疗费用合计，不含疾病和诊疗内容。演示数据只有宁河区。",
    "主动发现因病致困的家庭。",
    _figure("self_paid_yuan", "年自付医疗费用", "元"),
)
INCOMES: Final = conditional_entry(
    TAX,
    "个人所得汇总信息",
    "个人一年申报所得合计。演示数据只有宁河区。",
    "核对以收入为条件的待遇。",
    _figure("annual_income_yuan", "年所得", "元"),
)
NEW_ENTRIES: Final = (FAMILIES, DEATHS, BURDENS, INCOMES)
INSURANCE: Final = (SOCIAL_SECURITY, "社会保险参保缴费信息")
ACCOUNTS: Final = (HOUSING_FUND_CENTRE, "住房公积金缴存账户信息")
DISABILITY: Final = (DISABLED_PERSONS_FEDERATION, "残疾人证持有人信息")


@dataclass(frozen=True, slots=True)
class Permission:
    """One grant in bulk: of which register (owner and title), to whom, what for, which fields."""

    owner: str
    title: str
    slug: str
    applicant: str
    purpose: str
    legal_basis: str
    scenario: str
    fields: tuple[str, ...]
    masks: dict[str, dict[str, object]] = field(default_factory=dict)

    def service(self, resource: str, every: tuple[str, ...]) -> NewService:
        """Return the service that gives these fields, each owner's fields whole unless told otherwise."""
        return NewService(
            slug=self.slug,
            title=f"{self.title}批量比对",
            summary=f"按授权批量比对“{self.title}”，结果只给出授权的字段。",
            resource=resource,
            fields={name: self.masks.get(name, {"mask": "none"}) for name in every},
            max_age_s=40 * _DAY_S,
        )

    def application(self) -> Application:
        return Application(
            applicant=self.applicant,
            service=self.slug,
            fields=self.fields,
            purpose=self.purpose,
            item=f"match-{self.slug}"[:64],
            legal_basis=self.legal_basis,
            scenario=self.scenario,
            duration_months=12,
            quota_per_day=1_000_000,
            form="BATCH",
            token=self.token,
        )

    @property
    def token(self) -> UUID:
        return uuid5(NAMESPACE_OID, f"haihe-demo:{self.slug}:{self.applicant}")


COVERAGE: Final = "《社会保险法》第六十四条；人力资源和社会保障部关于全民参保计划的通知"
_RELIEF: Final = "《社会救助暂行办法》第十三条、第五十八条"
PERMISSIONS: Final = (
    Permission(
        CIVIL_AFFAIRS, FAMILIES.title, "families-in-bulk", SOCIAL_SECURITY, "FULL_INSURANCE_COVERAGE", COVERAGE,
        "找出困难家庭中没有参加社会保险的人，由镇街社保人员上门说明政策、帮助参保。",
        ("name", "id_number", "division", "address", "phone", "household_size"),
        {"id_number": {"mask": "id_number"}},
    ),
    Permission(
        HEALTH, BURDENS.title, "burdens-in-bulk", SOCIAL_SECURITY, "FULL_INSURANCE_COVERAGE", COVERAGE,
        "判断困难家庭的医疗费用负担，安排上门的先后。", ("self_paid_yuan",),
    ),
    Permission(
        TAX, INCOMES.title, "incomes-in-bulk", SOCIAL_SECURITY, "FULL_INSURANCE_COVERAGE", COVERAGE,
        "判断困难家庭的收入，确认符合代缴保费的条件。", ("annual_income_yuan",),
    ),
    Permission(
        *INSURANCE, "insurance-in-bulk", HOUSING_FUND_CENTRE, "FUND_INSURANCE_CROSS_CHECK",
        "《住房公积金管理条例》第十五条、第三十八条",
        "与缴存账户比对，发现正常缴存而社会保险已经中断的账户，核实劳动关系。",
        ("status", "scheme", "last_paid_month", "division"),
    ),
    Permission(
        *INSURANCE, "insurance-in-bulk", CIVIL_AFFAIRS, "RELIEF_CHECK", _RELIEF,
        "核对特困供养人员是否同时领取养老待遇。", ("status",),
    ),
    Permission(
        TAX, INCOMES.title, "incomes-in-bulk", CIVIL_AFFAIRS, "RELIEF_CHECK", _RELIEF,
        "核对救助对象的收入是否超过标准。", ("annual_income_yuan",),
    ),
    Permission(
        CIVIL_AFFAIRS, DEATHS.title, "deaths-in-bulk", DISABLED_PERSONS_FEDERATION, "DISABILITY_STATUS_CHECK",
        "《残疾人证管理办法》关于注销残疾人证的规定",
        "核对持证人的状态，停发补贴之前由工作人员核实。", ("died_on",),
    ),
)  # fmt: skip
