"""The two registers of the demo's linkage, and the grant by which the one may be held against the other."""

from dataclasses import replace
from typing import Final

from haihe.city.cast import SOCIAL_SECURITY
from haihe.data.catalogue.api import NewItem
from haihe.data.matching.demo.entries import COVERAGE, DIVISION, Permission, conditional_entry, text_item

PUBLIC_SECURITY: Final = "120011"
PURPOSE: Final = "FULL_INSURANCE_COVERAGE"
_SEX: Final = text_item("sex", "性别", 4)
_PHONE: Final = text_item("phone", "联系电话", 20)
_ADDRESS: Final = text_item("address", "住址", 120)
RESIDENTS: Final = conditional_entry(
    PUBLIC_SECURITY,
    "人口基本信息",
    "居民的姓名、性别、出生日期、住址和联系电话。演示数据只有宁河区。",
    "核对身份，找到应当服务的人。",
    _SEX,
    replace(text_item("birth_date", "出生日期", 10), data_type="D"),
    _PHONE,
    _ADDRESS,
    DIVISION,
)
# As people wrote it down: a day that no calendar has is still most of a birthday.
OUTREACH: Final = conditional_entry(
    SOCIAL_SECURITY,
    "镇街入户走访登记（纸质补录）",
    "镇街工作人员入户走访时用纸登记、后来录入的名单，没有证件号码。演示数据只有宁河区。",
    "找到走访过、还没有参保的人。",
    NewItem(name="number", title="登记序号", data_type="C", length=12, is_required=True),
    _SEX,
    text_item("born", "出生日期", 20),
    _PHONE,
    _ADDRESS,
    has_id_number=False,
)
ENTRIES: Final = (RESIDENTS, OUTREACH)
PERMISSION: Final = Permission(
    PUBLIC_SECURITY,
    RESIDENTS.title,
    "residents-in-bulk",
    SOCIAL_SECURITY,
    PURPOSE,
    COVERAGE,
    "走访登记没有证件号码，与人口基本信息关联后，才能知道走访过的人是否参保。",
    ("name", "sex", "birth_date", "phone", "address", "division"),
)
