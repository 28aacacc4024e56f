"""A second resource of 民政局 for tests: an entry of the catalogue, rules proposed from it and confirmed."""

from datetime import datetime

from haihe.base.accounts.api import Actor
from haihe.data.catalogue.api import NewItem, NewResource
from haihe.data.catalogue.testing import publish_entry
from haihe.data.exchange.quality.models import RuleVersion
from haihe.data.exchange.quality.operations.rules import confirm_draft, digest_of, edit_draft, propose_rules
from haihe.data.exchange.quality.ruleset import RuleSet

ORGANISATIONS = NewResource(
    title="养老机构名录",
    abstract="本市备案的养老机构及其床位和联系方式。",
    owner="120012",
    classification="203002",
    category="THEME",
    subject_area="社会救助",
    format="SPREADSHEET",
    update_cycle="MONTHLY",
    sharing_type="UNCONDITIONAL",
    sharing_forms=("FILE",),
    items=(
        NewItem(name="code", title="统一社会信用代码", data_type="C", length=18, is_required=True),
        NewItem(name="name", title="机构名称", data_type="C", length=100, is_required=True),
        NewItem(name="kind", title="参保类型", data_type="C", length=20, code_list="insurance-scheme"),
        NewItem(name="division", title="行政区划代码", data_type="C", length=12),
        NewItem(name="beds", title="床位数", data_type="I", unit="张"),
        NewItem(name="fee", title="月收费", data_type="Y", unit="元"),
        NewItem(name="opened_on", title="成立日期", data_type="D"),
        NewItem(name="longitude", title="经度", data_type="F"),
        NewItem(name="phone", title="联系电话", data_type="C", length=20),
        NewItem(name="manager", title="负责人", data_type="C", length=50, sensitivity="PERSONAL"),
        NewItem(
            name="manager_id", title="负责人身份证号", data_type="C", length=18, sensitivity="SENSITIVE",
            is_identifying=True,
        ),
        NewItem(name="line", title="所属线路", data_type="C", length=20),
        NewItem(name="active", title="是否在业", data_type="L"),
        NewItem(name="note", title="备注", data_type="M", sensitivity="PERSONAL"),
    ),
)  # fmt: skip


def confirmed(actor: Actor, resource: str, *, now: datetime, ruleset: RuleSet | None = None) -> RuleVersion:
    """Return the resource's rules as confirmed: those proposed from the catalogue, or these."""
    draft = propose_rules(actor, resource, now=now)
    if ruleset is not None:
        draft = edit_draft(actor, resource, ruleset, now=now)
    return confirm_draft(actor, resource, seen=digest_of(draft.contents), now=now)


def published_organisations(*, now: datetime) -> str:
    """Return the code of the entry, published; the relief register, which has rules already, is there first."""
    publish_entry(now=now)
    return publish_entry(ORGANISATIONS, now=now)
