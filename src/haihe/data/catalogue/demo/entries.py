"""What the demo registers. Titles and items are those of registers such departments keep; nobody's data is in here."""

from dataclasses import replace
from datetime import date

from haihe.city.cast import CIVIL_AFFAIRS, DISABLED_PERSONS_FEDERATION, HOUSING_FUND_CENTRE, SOCIAL_SECURITY
from haihe.data.catalogue.records import NewAssessment, NewItem, NewResource


def _assessed(personal: str, measures: str = "") -> tuple[NewAssessment, ...]:
    """Return both assessments of art. 13, made by the department's own people."""
    conclusion = "WITH_MEASURES" if measures else "PASSED"
    return (
        NewAssessment(kind="SECRECY", assessor="局保密办公室", assessed_on=_ASSESSED_ON),
        NewAssessment(
            kind="PERSONAL_INFORMATION",
            assessor=personal,
            assessed_on=_ASSESSED_ON,
            conclusion=conclusion,
            measures=measures,
        ),
    )


_ASSESSED_ON = date(2025, 8, 4)


def _item(name: str, title: str, data_type: str, length: int | None, sensitivity: str = "INTERNAL") -> NewItem:
    identifying = sensitivity != "INTERNAL" and name in {"id_number", "householder_id_number", "certificate_no"}
    return NewItem(
        name=name,
        title=title,
        data_type=data_type,
        length=length,
        sensitivity=sensitivity,
        is_identifying=identifying,
    )


_NAME = replace(_item("name", "姓名", "C", 50, "PERSONAL"), is_required=True)
_ID_NUMBER = replace(
    _item("id_number", "证件号码", "C", 18, "SENSITIVE"), is_required=True, description="居民身份证号码，含校验位。"
)
_DIVISION = replace(_item("division", "区划代码", "C", 12), description="户籍所在社区（村）的 12 位统计区划代码。")

RELIEF_REGISTER = NewResource(
    title="社会救助对象信息",
    abstract="本市最低生活保障、特困供养和低收入家庭成员的救助类型、保障期限和状态。用于核验救助资格，替代各类低保证明。",
    owner=CIVIL_AFFAIRS,
    classification="203002",
    category="THEME",
    subject_area="社会救助",
    grade="IMPORTANT",
    format="SPREADSHEET",
    update_cycle="MONTHLY",
    sharing_type="CONDITIONAL",
    sharing_forms=("SERVICE", "BATCH"),
    sharing_scope="以核验为主，只回答被询问人是否享受某类救助；确需核定额度的，可查询救助类型、家庭人口和金额档次，"
    "量大的可批量交换，以编号代替姓名和证件号码。不提供名单和具体金额。",
    sharing_purpose="办理依法以救助资格为条件的事项，以及主动发现和帮扶困难群众。",
    items=(
        _NAME,
        _ID_NUMBER,
        replace(_item("relief_type", "救助类型", "C", 20, "SENSITIVE"), code_list="relief-type", is_required=True),
        _item("certificate_no", "救助证号", "C", 40, "PERSONAL"),
        _item("householder_id_number", "户主证件号码", "C", 18, "SENSITIVE"),
        _DIVISION,
        replace(_item("household_size", "家庭人口", "I", 2), unit="人"),
        replace(
            _item("monthly_amount_yuan", "月保障金额", "Y", 10, "PERSONAL"),
            unit="元/月",
            description="整户金额；只以档次提供。",
        ),
        _item("valid_from", "开始日期", "D", 10),
        _item("valid_until", "截止日期", "D", 10),
        replace(_item("status", "状态", "C", 10, "PERSONAL"), code_list="relief-status", is_required=True),
    ),
    keywords=("低保", "特困", "救助"),
    assessments=_assessed("局数据安全工作组", "只核验不提供名单；金额只给档次；每次使用留痕并向本人公开。"),
    samples=(
        {
            "name": "演示一",
            "id_number": "120103********101X",
            "relief_type": "最低生活保障",
            "certificate_no": "演示-DB1",
            "household_size": "3",
            "monthly_amount_yuan": "2340",
            "valid_from": "2025-03-01",
            "valid_until": "2027-02-28",
            "status": "在保",
        },
        {
            "name": "演示二",
            "id_number": "120104********2043",
            "relief_type": "低收入家庭",
            "household_size": "2",
            "monthly_amount_yuan": "420",
            "valid_from": "2024-11-01",
            "status": "停保",
        },
    ),
)
DISABILITY_REGISTER = NewResource(
    title="残疾人证持有人信息",
    abstract="本市持证残疾人的残疾类别、等级和证件状态。用于办理残疾人补贴、减免和优先服务时核验身份。",
    owner=DISABLED_PERSONS_FEDERATION,
    classification="203004",
    category="THEME",
    subject_area="残疾人服务",
    grade="IMPORTANT",
    format="DATABASE",
    update_cycle="MONTHLY",
    sharing_type="CONDITIONAL",
    sharing_forms=("SERVICE", "BATCH"),
    sharing_scope="持证状态、残疾类别和等级。",
    sharing_purpose="办理残疾人补贴、税费减免和公共服务优惠。",
    items=(
        _NAME,
        _ID_NUMBER,
        replace(_item("category", "残疾类别", "C", 10, "SENSITIVE"), code_list="disability-category"),
        replace(_item("grade", "残疾等级", "C", 4, "SENSITIVE"), code_list="disability-grade"),
        _item("certificate_no", "残疾人证号", "C", 20, "SENSITIVE"),
        _DIVISION,
        _item("issued_on", "发证日期", "D", 10),
    ),
    keywords=("残疾人证",),
    assessments=_assessed("权益保障部", "按事项逐项授权；类别和等级只向补贴、减免事项提供。"),
)
SOCIAL_INSURANCE = NewResource(
    title="社会保险参保缴费信息",
    abstract="本市城镇职工和城乡居民社会保险的参保类型、状态和累计缴费月数，不含缴费基数和金额。",
    owner=SOCIAL_SECURITY,
    classification="203001",
    category="THEME",
    subject_area="社会保险",
    grade="IMPORTANT",
    format="DATABASE",
    update_cycle="DAILY",
    sharing_type="CONDITIONAL",
    sharing_forms=("SERVICE", "BATCH"),
    sharing_scope="参保类型、参保状态、累计缴费月数。",
    sharing_purpose="核验参保情况，办理住房、就业、救助和落户事项。",
    items=(
        _NAME,
        _ID_NUMBER,
        replace(_item("scheme", "参保类型", "C", 20, "PERSONAL"), code_list="insurance-scheme"),
        replace(_item("status", "参保状态", "C", 10, "PERSONAL"), code_list="insurance-status"),
        replace(_item("months_paid", "累计缴费月数", "I", 4, "PERSONAL"), unit="月"),
        _item("last_paid_month", "最后缴费月份", "D", 10, "PERSONAL"),
        _DIVISION,
    ),
    keywords=("社保", "参保"),
    assessments=_assessed("信息中心"),
)
HOUSING_FUND_ACCOUNTS = NewResource(
    title="住房公积金缴存账户信息",
    abstract="本市住房公积金个人账户的缴存状态和开户日期。账户余额不在共享范围内。",
    owner=HOUSING_FUND_CENTRE,
    category="DEPARTMENT",
    subject_area="城乡建设",
    grade="IMPORTANT",
    format="DATABASE",
    update_cycle="DAILY",
    sharing_type="CONDITIONAL",
    sharing_forms=("SERVICE",),
    sharing_scope="是否开户、缴存状态。",
    sharing_purpose="与社会保险比对，以及办理住房保障事项。",
    items=(
        _NAME,
        _ID_NUMBER,
        _item("account_no", "账户号", "C", 20, "PERSONAL"),
        _item("branch", "管理部", "C", 20),
        replace(_item("employer", "缴存单位", "C", 100, "PERSONAL"), sharing_type="REFUSED"),
        replace(_item("status", "账户状态", "C", 10, "PERSONAL"), code_list="fund-status"),
        _item("opened_on", "开户日期", "D", 10),
    ),
    keywords=("公积金",),
    assessments=_assessed("信息技术处"),
)
RELIEF_STANDARDS = NewResource(
    title="社会救助保障标准",
    abstract="本市历次公布的最低生活保障、特困供养和低收入家庭救助标准。",
    owner=CIVIL_AFFAIRS,
    category="DEPARTMENT",
    subject_area="公共服务",
    format="SPREADSHEET",
    update_cycle="YEARLY",
    sharing_type="UNCONDITIONAL",
    sharing_forms=("FILE", "SERVICE"),
    items=(
        NewItem(
            name="relief_type",
            title="救助类型",
            data_type="C",
            length=20,
            sensitivity="PUBLIC",
            code_list="relief-type",
        ),
        NewItem(name="monthly_yuan", title="月标准", data_type="Y", length=10, sensitivity="PUBLIC", unit="元/月"),
        NewItem(name="in_force_from", title="执行日期", data_type="D", length=10, sensitivity="PUBLIC"),
    ),
    keywords=("低保", "标准"),
    opening_type="UNCONDITIONAL",
    assessments=_assessed("局数据安全工作组"),
    samples=(
        {"relief_type": "最低生活保障", "monthly_yuan": "1034", "in_force_from": "2025-07-01"},
        {"relief_type": "低收入家庭", "monthly_yuan": "1551", "in_force_from": "2025-07-01"},
    ),
)
FAMILY_STATEMENTS = NewResource(
    title="社会救助入户调查记录",
    abstract="申请社会救助家庭的入户调查、邻里访问和经济状况核对的原始记录。",
    owner=CIVIL_AFFAIRS,
    category="DEPARTMENT",
    subject_area="社会保障",
    grade="IMPORTANT",
    format="FILE",
    update_cycle="REALTIME",
    sharing_type="REFUSED",
    refusal_reason="记录含有家庭成员和邻里的隐私陈述，共享会损害被访问人的权益。",
    refusal_basis="《社会救助暂行办法》第六十一条：对在社会救助工作中知悉的公民个人信息应当予以保密。",
    items=(
        _NAME,
        _ID_NUMBER,
        _item("visited_on", "走访日期", "D", 10),
        _item("statement", "陈述内容", "M", None, "SENSITIVE"),
    ),
    keywords=("入户调查",),
    assessments=_assessed("局数据安全工作组", "不予共享；只在局内办案人员之间流转。"),
)
ENTRIES = (
    RELIEF_REGISTER,
    RELIEF_STANDARDS,
    FAMILY_STATEMENTS,
    DISABILITY_REGISTER,
    SOCIAL_INSURANCE,
    HOUSING_FUND_ACCOUNTS,
)
"""In the order of registration: the relief register is the first of 民政局 and so gets the code 120012/000001."""
