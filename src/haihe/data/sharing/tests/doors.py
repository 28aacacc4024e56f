"""Each address of sharing with who may open it, on a world that has one of every thing in every state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.accounts.api import actor_for
from haihe.base.accounts.testing import make_actor
from haihe.base.keys.api import keyring
from haihe.base.ledger.testing import append_records
from haihe.city.cast import CAST, ZHANG
from haihe.data.sharing import operations
from haihe.data.sharing.forms_interface import InterfaceForm
from haihe.data.sharing.models import (
    ClientKey,
    UsageRecord,
)
from haihe.data.sharing.testing import (
    NOW,
    RELIEF_LIVE,
    application,
    cast_actor,
    disputed,
    granted,
    open_relief_status,
    planned_stop,
    refused,
    requested,
    to_be_disposed_of,
    to_be_maintained,
)
from haihe.kernel.source_rules import read_rules

NOBODY = "nobody"
EVERYBODY = (NOBODY, *(person.username for person in CAST))
GJJ, MZJ = {"steward_gjj", "approver_gjj"}, {"steward_mzj", "approver_mzj"}
STEWARDS = {"steward_gjj", "steward_mzj", "outsider"}
APPROVERS = {"approver_gjj", "approver_mzj"}
OFFICES = STEWARDS | APPROVERS
READERS = OFFICES | {"operator", "auditor"}
MOVERS = OFFICES | {"operator"}
SEE_ALL = {"operator", "auditor"}
DISPUTE_FORM: dict[str, object] = {
    "about": "REFUSAL",
    "statement": "拒绝没有依据",
    "wish": "请同意共享",
    "token": "5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d00fd",
}
RENEW_FORM: dict[str, object] = {
    "duration_months": "6",
    "quota_per_day": "20000",
    "token": "5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d00fe",
}
FORM: dict[str, object] = {
    "applicant": "120040",
    "claims": ["on_relief"],
    "legal_basis": "《住房公积金管理条例》第二十四条",
    "scenario": "受理低保家庭提取住房公积金时核验低保状态。",
    "item": "some-item",
    "purpose": "SOMETHING_ELSE",
    "duration_months": "12",
    "quota_per_day": "20000",
    "token": "5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d00ff",
}
CLOCK_FORM: dict[str, object] = {"clock": "ANSWER_CONDITIONAL", "working_days": "5", "reason": "提速"}
CLOCK_FORMS = {
    "approver_gjj": CLOCK_FORM | {"owner": "120040"},
    "approver_mzj": CLOCK_FORM | {"owner": "120012"},
    "operator": CLOCK_FORM | {"owner": ""},
}
REPEATABLE = {
    "new",
    "note-usage",
    "dispute-new",
    "renew-grant",
    "clocks",
    "switch-client",
    "correction-person",
    "end-key",
    "maintenance",
    "usage-retention",
}
"""Sent twice they lead to the same place; everything else says that it is done already."""
WITH_DOORS_OF_THEIR_OWN = {"evidence", "evidence-file", "check-evidence"}
"""Tried with everybody in test_evidence_of_an_exchange: they open to citizens too, one of them to all the world."""
OPENING_FORM: dict[str, object] = {
    "kind": "SUBSCRIBE", "slug": "relief-changes", "title": "救助变更订阅", "summary": "答复变了的救助类型。",
    "max_age_days": "40", "mask_relief_type": "none",
}  # fmt: skip
CHANGE_FORM: dict[str, object] = {
    name: value for name, value in InterfaceForm.initial_of(read_rules(RELIEF_LIVE.source)).items() if value
} | {"seen": "1", "timeout_ms": "2500"}
CLIENT_FORM: dict[str, object] = {"organisation": "120040", "title": "公积金核心系统", "client_id": "gjj-core"}


def words() -> dict[str, object]:
    """Return what most doors are told, as of today."""
    return {
        "words": "理由",
        "put_right_by": "2099-12-31",
        "enabled": "0",
        "method": "DELETED",
        "disposed_on": timezone.localdate().isoformat(),
        "how": "plan",
        "planned_on": "2099-12-31",
        "outcome": "UPHELD",
    }


def maintenance_form() -> dict[str, object]:
    """Return what announces a maintenance in three days."""
    return {
        "what": "120012/relief-status",
        "starts_at": f"{timezone.localtime() + timedelta(days=3):%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.localtime() + timedelta(days=3, hours=2):%Y-%m-%dT%H:%M}",
        "reason": "系统升级",
        "serves_on": "0",
        "token": "5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d00fc",
    }


class Door(NamedTuple):
    """One address. Who lacks the role gets 403, who has it but may not know of the thing 404.

    `opens` is for whom it does what it is for (200, a write 302); `refuses` says what the others get who may know.
    """

    name: str
    roles: set[str]
    opens: set[str]
    sees: set[str]
    post: bool = False
    refuses: int = 403
    done: int = 302

    def expected(self, username: str) -> int:
        if username == NOBODY:
            return 302
        if username not in self.roles:
            return 403
        if username in self.opens:
            return self.done if self.post else 200
        return self.refuses if username in self.sees else 404


@dataclass(frozen=True, slots=True)
class World:
    """Things of the housing-fund centre and civil affairs, and of a department that neither knows."""

    at_the_office: str
    at_the_owner: str
    returned: str
    of_others: str
    grant: str
    report: str
    ends_soon: str
    disposal: str
    closed_report: str
    refusal: str
    dispute: str
    settled: str
    stop: str
    maintenance: str


def build() -> World:
    people.plant(CAST, now=timezone.now(), keyring=keyring())
    open_relief_status()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_LIVE, now=NOW)
    grant = granted()
    at_the_office, at_the_owner = (
        requested(purpose="PURPOSE_A"),
        requested(purpose="PURPOSE_B", until="approve_by_office"),
    )
    returned = requested(purpose="PURPOSE_C")
    head = cast_actor("approver_gjj")
    operations.move_request(actor=head, request_id=returned, name="return_by_office", now=NOW, words="请写明条款")
    another = make_actor("steward_rsj", ("STEWARD", "120020"))
    of_others = operations.request_sharing(
        actor=another, application=application(applicant="120020", purpose="PURPOSE_D"), now=NOW
    )
    gjj = cast_actor("steward_gjj")
    operations.register_client(actor=gjj, organisation="120040", client_id="gjj-one", title="系统", now=NOW)
    evidence = append_records(1, subject=keyring().subject_key(ZHANG.id_number or "").hex(), answer="NO_MATCH")[0]
    report = operations.open_correction(actor_for("zhang"), evidence, "登记有误", NOW)
    ends_soon, disposal = granted(purpose="PURPOSE_E", duration_months=2), to_be_disposed_of()
    UsageRecord.objects.create(grant_id=grant, month=date(2026, 11, 1), calls=6, matched=6, first_at=NOW, last_at=NOW)
    made: tuple[object, ...] = (at_the_office, at_the_owner, returned, of_others, grant, report, ends_soon, disposal)
    settled = disputed(request=refused(purpose="PURPOSE_F"))
    for username, name in (("steward_gjj", "ask_mediation"), ("operator", "settle_by_mediation")):
        actor = cast_actor(username)
        operations.move_dispute(actor=actor, number=settled, name=name, now=NOW, words="理由", outcome="UPHELD")
    dispute, stop = disputed(request=refused(purpose="PURPOSE_G")), planned_stop()
    made = (*made, _closed_report(), refused(purpose="PURPOSE_H"), dispute, settled, stop, to_be_maintained())
    return World(*map(str, made))


def _closed_report() -> str:
    """Return the number of a report that was corrected, with data from before that its source may call right."""
    number = operations.open_correction(cast_actor("steward_gjj"), append_records(1)[0], "登记有误", NOW)
    source = cast_actor("steward_mzj")
    operations.move_correction(actor=source, number=number, name="correct", words="已更正", now=NOW)
    before = NOW - timedelta(minutes=1)
    operations.data_arrived(resource="120012/000001", snapshot="before", as_of=before, now=before)
    return number


def doors(world: World) -> Iterator[tuple[Door, str]]:
    """Yield every door with its address."""
    yield Door("workbench", READERS, READERS, READERS), reverse("sharing:workbench")
    for name in ("requests", "grants", "corrections"):
        yield Door(name, READERS, READERS, READERS), reverse(f"sharing:{name}")
    yield Door("new", STEWARDS, STEWARDS, STEWARDS), reverse("sharing:new")
    service = f"{reverse('sharing:new')}?service=relief-status"
    yield Door("new", STEWARDS, {"steward_gjj", "outsider"}, STEWARDS, refuses=404), service
    yield Door("new", STEWARDS, {"steward_gjj"}, {"outsider"}, post=True, refuses=422), service
    yield from _request_doors(world)
    yield from _grant_doors(world)
    yield from _report_doors(world)
    yield from _dispute_doors(world)
    yield from _stop_doors(world)
    yield from _maintenance_doors(world)
    yield from _service_and_client_doors()


def _request_doors(world: World) -> Iterator[tuple[Door, str]]:
    own = GJJ | SEE_ALL
    for key, sees in ((world.at_the_office, own), (world.at_the_owner, own | MZJ), (world.of_others, SEE_ALL)):
        yield Door("request", READERS, sees, sees), reverse("sharing:request", args=[key])
        edit = reverse("sharing:edit", args=[key])
        yield Door("edit", STEWARDS, set(), sees, refuses=404), edit
        yield Door("edit", STEWARDS, set(), sees, post=True, refuses=404), edit
    edit = reverse("sharing:edit", args=[world.returned])
    yield Door("edit", STEWARDS, {"steward_gjj"}, set()), edit
    yield Door("edit", STEWARDS, {"steward_gjj"}, set(), post=True), edit
    for key, name, opens, sees in (
        (world.at_the_office, "approve_by_office", {"approver_gjj"}, own),
        (world.at_the_office, "return_by_office", {"approver_gjj"}, own),
        (world.at_the_office, "withdraw", {"steward_gjj"}, own),
        (world.at_the_owner, "approve", {"approver_mzj"}, own | MZJ),
        (world.at_the_owner, "refuse", {"approver_mzj"}, own | MZJ),
        (world.at_the_owner, "ask_supplement", MZJ, own | MZJ),
        (world.at_the_owner, "ask_extension", MZJ, own | MZJ),
        (world.of_others, "approve_by_office", set(), SEE_ALL),
        (world.of_others, "withdraw", set(), SEE_ALL),
    ):
        address = reverse("sharing:move-request", args=[key, name])
        yield Door("move-request", MOVERS, opens, sees, post=True), address
    # In the wrong state nobody makes a move, and who may know of the thing is told so.
    for key, name, sees in (
        (world.at_the_office, "approve", own),
        (world.at_the_owner, "approve_by_office", own | MZJ),
        (world.returned, "resubmit", own),
        (world.at_the_owner, "no-such-move", own | MZJ),
    ):
        address = reverse("sharing:move-request", args=[key, name])
        yield Door("move-request", MOVERS, set(), sees, post=True, refuses=422), address


def _grant_doors(world: World) -> Iterator[tuple[Door, str]]:
    sees = GJJ | MZJ | SEE_ALL
    yield Door("grant", READERS, sees, sees), reverse("sharing:grant", args=[world.grant])
    tried = sees - {"auditor"}
    yield Door("grant-link", MOVERS, tried, tried), reverse("sharing:grant-link", args=[world.grant])
    stop = {"approver_mzj", "operator"}
    for name, opens in (("suspend", stop), ("terminate", stop), ("relinquish", GJJ), ("expire", set[str]())):
        address = reverse("sharing:move-grant", args=[world.grant, name])
        yield Door("move-grant", MOVERS, opens, sees, post=True), address
    yield (
        Door("move-grant", MOVERS, GJJ, sees, post=True),
        reverse("sharing:move-grant", args=[world.grant, "relinquish"]),
    )
    yield (
        Door("move-grant", MOVERS, set(), sees, post=True),
        reverse("sharing:move-grant", args=[world.grant, "expire"]),
    )
    may_read = GJJ | MZJ | {"operator"}
    for name in ("usage", "usage-file"):
        yield Door(name, MOVERS, may_read, set()), reverse(f"sharing:{name}", args=[world.grant])
    note = reverse("sharing:note-usage", args=[world.grant, "2026-11"])
    yield Door("note-usage", STEWARDS, {"steward_gjj"}, set()), note
    yield Door("note-usage", STEWARDS, {"steward_gjj"}, set(), post=True), note
    renew = reverse("sharing:renew-grant", args=[world.ends_soon])
    yield Door("renew-grant", STEWARDS, {"steward_gjj"}, {"steward_mzj"}, post=True), renew
    disposed = reverse("sharing:move-disposal", args=[world.disposal, "report_disposal"])
    yield Door("move-disposal", MOVERS, GJJ, sees, post=True), disposed
    wrong = reverse("sharing:move-grant", args=[world.grant, "resume"])
    yield Door("move-grant", MOVERS, set(), sees, post=True, refuses=422), wrong


def _report_doors(world: World) -> Iterator[tuple[Door, str]]:
    sees = GJJ | MZJ | SEE_ALL
    yield Door("correction", READERS, sees, sees), reverse("sharing:correction", args=[world.report])
    person = reverse("sharing:correction-person", args=[world.report])
    yield Door("correction-person", OFFICES, MZJ, sees, post=True, done=200), person
    for name, opens in (("confirm", MZJ), ("correct", MZJ), ("reject", MZJ), ("withdraw", set())):
        address = reverse("sharing:move-correction", args=[world.report, name])
        yield Door("move-correction", OFFICES, opens, sees, post=True), address
    in_use = reverse("sharing:confirm-data", args=[world.closed_report])
    yield Door("confirm-data", OFFICES, MZJ, sees, post=True), in_use
    yield Door("corrected", READERS, READERS, READERS), reverse("sharing:corrected")


def _dispute_doors(world: World) -> Iterator[tuple[Door, str]]:
    sees = GJJ | MZJ | SEE_ALL
    yield Door("disputes", READERS, READERS, READERS), reverse("sharing:disputes")
    new = f"{reverse('sharing:dispute-new')}?request={world.refusal}"
    yield Door("dispute-new", OFFICES, GJJ, sees, refuses=404), new
    yield Door("dispute-new", OFFICES, GJJ, sees, post=True, refuses=404), new
    yield Door("dispute", READERS, sees, sees), reverse("sharing:dispute", args=[world.dispute])
    for name, opens in (("ask_mediation", GJJ | MZJ), ("settle", GJJ), ("withdraw", GJJ)):
        address = reverse("sharing:move-dispute", args=[world.dispute, name])
        yield Door("move-dispute", MOVERS, opens, sees, post=True), address
    wrong = reverse("sharing:move-dispute", args=[world.dispute, "mediate"])
    yield Door("move-dispute", MOVERS, set(), sees, post=True, refuses=422), wrong
    reopen = reverse("sharing:reopen-request", args=[world.settled])
    yield Door("reopen-request", STEWARDS, {"steward_gjj"}, sees, post=True), reopen


def _stop_doors(world: World) -> Iterator[tuple[Door, str]]:
    sees = GJJ | MZJ | SEE_ALL
    yield Door("stops", READERS, READERS, READERS), reverse("sharing:stops")
    yield Door("stop", READERS, sees, sees), reverse("sharing:stop", args=[world.stop])
    withdraw = reverse("sharing:move-stop", args=[world.stop, "withdraw"])
    yield Door("move-stop", MOVERS, {"approver_mzj"}, sees, post=True), withdraw
    wrong = reverse("sharing:move-stop", args=[world.stop, "consent"])
    yield Door("move-stop", MOVERS, set(), sees, post=True, refuses=422), wrong


def _maintenance_doors(world: World) -> Iterator[tuple[Door, str]]:
    owners = MZJ | {"operator"}
    yield Door("maintenance", READERS, READERS, READERS), reverse("sharing:maintenance")
    yield Door("maintenance", READERS, owners, READERS, post=True), reverse("sharing:maintenance")
    end = reverse("sharing:end-maintenance", args=[world.maintenance])
    yield Door("end-maintenance", MOVERS, owners, GJJ | MZJ | SEE_ALL, post=True), end


def _service_and_client_doors() -> Iterator[tuple[Door, str]]:
    yield Door("clocks", READERS, READERS, READERS), reverse("sharing:clocks")
    heads = APPROVERS | {"operator"}
    yield Door("clocks", READERS, heads, READERS, post=True), reverse("sharing:clocks")
    yield Door("usage-retention", READERS, {"operator"}, READERS, post=True), reverse("sharing:usage-retention")
    yield Door("duties", READERS, READERS, READERS), reverse("sharing:duties")
    yield Door("service", READERS, READERS, READERS), reverse("sharing:service", args=["relief-status"])
    yield Door("try-call", STEWARDS, STEWARDS, STEWARDS), reverse("sharing:try-call", args=["relief-status"])
    switch = reverse("sharing:switch-service", args=["relief-details"])
    yield Door("switch-service", APPROVERS, {"approver_mzj"}, APPROVERS, post=True), switch
    yield Door("service", READERS, READERS, READERS), reverse("sharing:service", args=["relief-live"])
    for name, roles, opens in (
        ("confirm-source", {"operator"}, {"operator"}),
        ("renew-source-secret", STEWARDS, {"steward_mzj"}),
    ):
        yield Door(name, roles, opens, roles, post=True), reverse(f"sharing:{name}", args=["relief-live"])
    change = reverse("sharing:change-source", args=["relief-live"])
    yield Door("change-source", STEWARDS, {"steward_mzj"}, STEWARDS, refuses=404), change
    yield Door("change-source", STEWARDS, {"steward_mzj"}, STEWARDS, post=True, refuses=404), change
    opening = reverse("sharing:open-service")
    yield Door("open-service", STEWARDS, STEWARDS, STEWARDS), opening
    register = f"{opening}?resource=120012/000001"
    yield Door("open-service", STEWARDS, {"steward_mzj"}, STEWARDS, refuses=404), register
    yield Door("open-service", STEWARDS, {"steward_mzj"}, STEWARDS, post=True, refuses=404), register
    yield Door("client-new", STEWARDS, STEWARDS, STEWARDS), reverse("sharing:client-new")
    made = Door("client-new", STEWARDS, {"steward_gjj"}, STEWARDS, post=True, done=200, refuses=422)
    yield made, reverse("sharing:client-new")
    sees = GJJ | SEE_ALL
    yield Door("client", READERS, sees, sees), reverse("sharing:client", args=["gjj-one"])
    yield Door("keys", READERS, READERS, READERS), reverse("sharing:keys")
    rotate = reverse("sharing:rotate-key", args=["gjj-one"])
    yield Door("rotate-key", STEWARDS, {"steward_gjj"}, sees, post=True, done=200), rotate
    key = ClientKey.objects.get(client__client_id="gjj-one")
    end = reverse("sharing:end-key", args=["gjj-one", key.key_id])
    yield Door("end-key", MOVERS, GJJ | {"operator"}, sees, post=True), end
    switch = reverse("sharing:switch-client", args=["gjj-one"])
    yield Door("switch-client", MOVERS, GJJ | {"operator"}, sees, post=True), switch
