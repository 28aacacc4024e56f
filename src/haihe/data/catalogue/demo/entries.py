"""What the demo registers. Titles and items are those of registers such departments keep; nobody's data is in here."""

from haihe.city.cast import CIVIL_AFFAIRS, DISABLED_PERSONS_FEDERATION, HOUSING_FUND_CENTRE, SOCIAL_SECURITY
from haihe.data.catalogue.records import NewItem, NewResource


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


_NAME = _item("name", "姓名", "C", 50, "PERSONAL")
_ID_NUMBER = _item("id_number", "证件号码", "C", 18, "SENSITIVE")
_DIVISION = _item("division", "区划代码", "C", 12)

RELIEF_REGISTER = NewResource(
    title="社会救助对象信息",
    abstract="本市最低生活保障、特困供养和低收入家庭成员的救助类型、保障期限和状态。用于核验救助资格，替代各类低保证明。",
    owner=CIVIL_AFFAIRS,
    category="THEME",
    subject_area="社会保障",
    grade="IMPORTANT",
    format="SPREADSHEET",
    update_cycle="MONTHLY",
    sharing_type="CONDITIONAL",
    sharing_forms=("SERVICE",),
    sharing_scope="以核验为主，只回答被询问人是否享受某类救助；确需核定额度的，可查询救助类型、家庭人口和金额档次。不提供名单和具体金额。",
    sharing_purpose="办理依法以救助资格为条件的事项，以及主动发现和帮扶困难群众。",
    items=(
        _NAME,
        _ID_NUMBER,
        _item("relief_type", "救助类型", "C", 20, "SENSITIVE"),
        _item("certificate_no", "救助证号", "C", 40, "PERSONAL"),
        _item("householder_id_number", "户主证件号码", "C", 18, "SENSITIVE"),
        _DIVISION,
        _item("household_size", "家庭人口", "I", 2),
        _item("monthly_amount_yuan", "月保障金额", "Y", 10, "PERSONAL"),
        _item("valid_from", "开始日期", "D", 10),
        _item("valid_until", "截止日期", "D", 10),
        _item("status", "状态", "C", 10, "PERSONAL"),
    ),
)
DISABILITY_REGISTER = NewResource(
    title="残疾人证持有人信息",
    abstract="本市持证残疾人的残疾类别、等级和证件状态。用于办理残疾人补贴、减免和优先服务时核验身份。",
    owner=DISABLED_PERSONS_FEDERATION,
    category="THEME",
    subject_area="社会保障",
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
        _item("category", "残疾类别", "C", 10, "SENSITIVE"),
        _item("grade", "残疾等级", "C", 4, "SENSITIVE"),
        _item("certificate_no", "残疾人证号", "C", 20, "SENSITIVE"),
        _DIVISION,
        _item("issued_on", "发证日期", "D", 10),
    ),
)
SOCIAL_INSURANCE = NewResource(
    title="社会保险参保缴费信息",
    abstract="本市城镇职工和城乡居民社会保险的参保类型、状态和累计缴费月数，不含缴费基数和金额。",
    owner=SOCIAL_SECURITY,
    category="THEME",
    subject_area="社会保障",
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
        _item("scheme", "参保类型", "C", 20, "PERSONAL"),
        _item("status", "参保状态", "C", 10, "PERSONAL"),
        _item("months_paid", "累计缴费月数", "I", 4, "PERSONAL"),
        _item("last_paid_month", "最后缴费月份", "D", 10, "PERSONAL"),
        _DIVISION,
    ),
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
        _item("employer", "缴存单位", "C", 100, "PERSONAL"),
        _item("status", "账户状态", "C", 10, "PERSONAL"),
        _item("opened_on", "开户日期", "D", 10),
    ),
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
        NewItem(name="relief_type", title="救助类型", data_type="C", length=20, sensitivity="PUBLIC"),
        NewItem(name="monthly_yuan", title="月标准", data_type="Y", length=10, sensitivity="PUBLIC"),
        NewItem(name="in_force_from", title="执行日期", data_type="D", length=10, sensitivity="PUBLIC"),
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
