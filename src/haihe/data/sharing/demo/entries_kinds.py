"""Services of other kinds that the demo opens: one that a department's own interface answers, one to follow."""

from typing import Any, Final
from uuid import UUID

from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.sharing.demo.entries import RELIEF_DETAILS, RELIEF_REGISTER
from haihe.data.sharing.operations.requesting import Application
from haihe.data.sharing.operations.services import NewService

INTERFACE_PATH: Final = "/demo/relief-interface/persons"
INTERFACE_KEY_HEADER: Final = "X-Api-Key"
INTERFACE_KEY: Final = "synthetic-key-of-the-demo"
"""Opens nothing but the made-up answers of `interface`, and those in the demo only."""
_DAY_S = 24 * 3600


def interface_rules(pages_url: str) -> dict[str, Any]:
    """Return how the made-up department's interface is asked, where the pages of this demo city are."""
    return {
        "url": pages_url + INTERFACE_PATH,
        "method": "POST",
        "subject": {"in": "body", "name": "sfzh"},
        "fields": {
            "relief_type": {"pointer": "/data/type", "type": "text"},
            "monthly_amount_yuan": {"pointer": "/data/amount", "type": "amount"},
        },
        "echo": "/data/sfzh",
        "absent": {"status": 404},
        "secret_header": INTERFACE_KEY_HEADER,
        "last_good_s": _DAY_S,
    }


def relief_live(pages_url: str) -> NewService:
    return NewService(
        slug="relief-live",
        title="救助信息实时查询（演示接口）",
        summary="由民政局业务系统的接口当场答复救助类型和月保障金额所在档次；接口和答复都是演示用的，内容虚构。",
        resource=RELIEF_REGISTER,
        fields={"relief_type": {"mask": "none"}, "monthly_amount_yuan": {"mask": "bucket", "step": 500}},
        source=interface_rules(pages_url),
        source_secret=INTERFACE_KEY,
        max_age_s=_DAY_S,
    )


RELIEF_CHANGES = NewService(
    slug="relief-changes",
    title="救助变更订阅",
    summary="告诉订阅部门自上次以来谁的救助类型、家庭人口变了，用于停发或者补发，不必逐人重查。",
    resource=RELIEF_REGISTER,
    fields={name: RELIEF_DETAILS.fields[name] for name in ("relief_type", "household_size")},
    subscribes=True,
    max_age_s=40 * _DAY_S,
)
RENT_REVIEW = Application(
    applicant=HOUSING_FUND_CENTRE,
    service="relief-live",
    fields=("relief_type", "monthly_amount_yuan"),
    purpose="RENT_SUBSIDY_REVIEW",
    item="housing-fund-rent-subsidy",
    legal_basis="《天津市住房公积金提取管理办法》关于困难家庭提取额度核定的规定",
    scenario="复核困难家庭租房提取额度时，当场查询民政局业务系统中的救助类型和金额档次，替代申请人再次提交证明。",
    duration_months=12,
    quota_per_day=1_000,
    last_good_s=3600,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0005"),
)
RENT_FOLLOWING = Application(
    applicant=HOUSING_FUND_CENTRE,
    service=RELIEF_CHANGES.slug,
    fields=("relief_type", "household_size"),
    purpose="RENT_SUBSIDY_FOLLOWING",
    item="housing-fund-rent-subsidy",
    legal_basis="《天津市住房公积金提取管理办法》关于困难家庭提取额度复核的规定",
    scenario="跟踪已核定租房提取额度的困难家庭，救助类型或者家庭人口变化后及时复核额度。",
    duration_months=12,
    quota_per_day=500,
    token=UUID("5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0006"),
)
