"""What the demo's forms read: registers of two departments, and which items are granted what. All is synthetic."""

import csv
import io
from dataclasses import dataclass, replace
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from haihe.city.cast import LIU, WANG, ZHANG
from haihe.data.catalogue.api import NewItem, NewResource
from haihe.data.matching.demo.entries import conditional_entry
from haihe.data.sharing.api import Application, NewService

POLICE: Final = "120011"
MARKET: Final = "120029"
SOCIAL_SECURITY: Final = "120020"
_DAY_S: Final = 24 * 3600
_MONTHLY_S: Final = 40 * _DAY_S


def _item(name: str, title: str, data_type: str, length: int) -> NewItem:
    return NewItem(name=name, title=title, data_type=data_type, length=length)


def _entry(owner: str, title: str, abstract: str, purpose: str, subject_area: str, *items: NewItem) -> NewResource:
    made = conditional_entry(owner, title, abstract, purpose, *items)
    return replace(
        made, subject_area=subject_area, sharing_forms=("SERVICE",), sharing_scope="按事项授权，只给出填表必需的字段。"
    )


HOUSEHOLDS: Final = _entry(
    POLICE,
    "户籍家庭成员信息",
    "户号、与户主关系和户籍所在街道。演示数据只有剧中的几户。",
    "办事时预填住址，核对父母和未成年子女的关系。",
    "户籍与居住",
    _item("household_no", "户号", "I", 9),
    _item("relation_to_head", "与户主关系", "C", 10),
    _item("street", "户籍街道区划代码", "C", 12),
)
COMPANIES: Final = _entry(
    MARKET,
    "企业法定代表人登记信息",
    "法定代表人（负责人）所代表的企业：名称和统一社会信用代码。演示数据只有剧中的几家。",
    "企业办事时预填登记信息，核对由谁代表企业。",
    "企业与市场",
    _item("credit_code", "统一社会信用代码", "C", 18),
    _item("company_name", "企业名称", "C", 100),
)
NEW_ENTRIES: Final = (HOUSEHOLDS, COMPANIES)
INDEXED: Final = ("relation_to_head", "company_name")
"""Text that the gateway may hold: words of a list, and what the register of companies tells everybody anyway."""

LIU_YUXUAN: Final = ("刘雨轩", "120103201506151029")
"""Mr Liu's daughter, at school."""
ZHANG_COMPANY: Final = ("天津津门演示商贸有限公司", "91120106MA05DEMX1G")
"""The company that Ms Zhang represents."""

_ROWS: Final = {
    HOUSEHOLDS.title: (
        (LIU.name, LIU.id_number, "300001", "户主", "120103001000"),
        (*LIU_YUXUAN, "300001", "子女", "120103001000"),
        (ZHANG.name, ZHANG.id_number, "300002", "户主", "120106001000"),
        (WANG.name, WANG.id_number, "300003", "户主", "120104001000"),
    ),
    COMPANIES.title: ((ZHANG.name, ZHANG.id_number, ZHANG_COMPANY[1], ZHANG_COMPANY[0]),),
}


def register_file(title: str, columns: dict[str, str]) -> io.BytesIO:
    """Return a register as its department would hand it over: CSV with the catalogue's titles."""
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(columns.values())
    written.writerows(_ROWS[title])
    return io.BytesIO(text.getvalue().encode())


@dataclass(frozen=True, slots=True)
class Opened:
    """A query service on a register, by owner and title, and the items that it gives whole."""

    owner: str
    register: str
    slug: str
    title: str
    summary: str
    items: tuple[str, ...]

    def service(self, resource: str) -> NewService:
        return NewService(
            slug=self.slug,
            title=self.title,
            summary=self.summary,
            resource=resource,
            fields={name: {"mask": "none"} for name in self.items},
            max_age_s=_MONTHLY_S,
        )


HOUSEHOLD_DETAILS: Final = Opened(
    POLICE, HOUSEHOLDS.title, "household-details", "户籍家庭信息查询",
    "按授权返回户籍街道、户号和与户主关系，用于预填住址、核对父母和未成年子女的关系。",
    ("household_no", "relation_to_head", "street"),
)  # fmt: skip
COMPANY_DETAILS: Final = Opened(
    MARKET, COMPANIES.title, "company-details", "企业登记信息查询（按法定代表人）",
    "按授权返回一个人所代表的企业名称和统一社会信用代码，用于企业办事时预填和核对代表人。",
    ("credit_code", "company_name"),
)  # fmt: skip
INSURANCE_DETAILS: Final = Opened(
    SOCIAL_SECURITY, "社会保险参保缴费信息", "insurance-details", "参保信息查询",
    "按授权返回参保类型、参保状态和累计缴费月数，用于办事时预填。",
    ("scheme", "status", "months_paid"),
)  # fmt: skip
SERVICES: Final = (HOUSEHOLD_DETAILS, COMPANY_DETAILS, INSURANCE_DETAILS)


def _asked(applicant: str, item: str, service: str, fields: tuple[str, ...], basis: str, scenario: str) -> Application:
    return Application(
        applicant=applicant,
        service=service,
        fields=fields,
        purpose=f"FORM_{item.replace('-', '_').upper()}"[:64],
        item=item,
        legal_basis=basis,
        scenario=scenario,
        duration_months=12,
        quota_per_day=2_000,
        token=uuid5(NAMESPACE_OID, f"haihe-demo-form:{applicant}:{item}:{service}"),
    )


_RELIEF: Final = "《社会救助暂行办法》第五十八条"
_REGISTERED: Final = "《天津市促进大数据发展应用条例》第二十条；《户口登记条例》"
_COMPANY: Final = "《优化营商环境条例》第三十七条；《市场主体登记管理条例》"
_SIZE: Final = "申请人填写家庭人口时，先由系统查出民政部门登记的人口，供本人核对，不再提交家庭情况证明。"
_HOME: Final = "申请人填写住址时，先由系统查出户籍所在街道，供本人核对。"
_PARENT: Final = "父母替未成年子女办理时，核对两人在同一户内、为父母子女，不再提交户口簿。"
_HEAD: Final = "企业填写申请单位时，先由系统查出法定代表人所代表的企业，供核对，不再提交营业执照。"
_HOUSEHOLD: Final = HOUSEHOLD_DETAILS.items
GRANTS: Final = (
    _asked("120017", "rent-allowance", "relief-details", ("household_size",), _RELIEF, _SIZE),
    _asked("120021", "water-fee-relief", "relief-details", ("household_size",), _RELIEF, _SIZE),
    _asked("120007", "student-aid", "relief-details", ("household_size",), _RELIEF, _SIZE),
    _asked("120017", "rent-allowance", "household-details", ("street",), _REGISTERED, _HOME),
    _asked("120012", "elderly-age-allowance", "household-details", ("street",), _REGISTERED, _HOME),
    _asked("120030", "disability-card", "household-details", _HOUSEHOLD, _REGISTERED, _PARENT),
    _asked("120013", "legal-aid", "household-details", _HOUSEHOLD, _REGISTERED, _PARENT),
    _asked("120018", "outdoor-advertising", "company-details", COMPANY_DETAILS.items, _COMPANY, _HEAD),
    _asked("120046", "invoice-first-use", "company-details", COMPANY_DETAILS.items, _COMPANY, _HEAD),
    _asked(
        "120040", "housing-fund-flexible-account", "insurance-details", ("scheme", "status"),
        "《住房公积金管理条例》第二条；《社会保险法》第七十四条",
        "灵活就业人员开户时，先由系统查出参保类型，供本人核对，不再提交参保证明。",
    ),
)  # fmt: skip
