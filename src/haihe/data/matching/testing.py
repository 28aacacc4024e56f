"""What tests of comparisons use: two registers of two departments, fed through the exchange, and a model over them."""

import io
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from haihe.city.testing import load_two_streets
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange import testing as feeding
from haihe.data.matching.models import Lead, MatchModel, MatchRun
from haihe.data.matching.operations.leading import make_leads
from haihe.data.matching.operations.modelling import move_version, write_model
from haihe.data.matching.operations.processing import process_run
from haihe.data.matching.operations.running import start_run
from haihe.data.sharing import api as sharing
from haihe.data.sharing.demo.entries import RELIEF_DETAILS
from haihe.data.sharing.testing import granted, open_relief_details

PURPOSE = "PROACTIVE_VISIT"
CENTRE = "120040"
SERVICE = replace(
    RELIEF_DETAILS,
    slug="relief-in-bulk",
    title="救助对象批量比对",
    fields={
        "name": {"mask": "none"},
        "relief_type": {"mask": "none"},
        "householder_id_number": {"mask": "id_number"},
        "division": {"mask": "none"},
        "household_size": {"mask": "none"},
        "valid_from": {"mask": "year"},
    },
)
FIELDS = ("name", "relief_type", "householder_id_number", "division", "household_size")
MODEL = """
title = "户主不在名册上的救助对象"
purpose = "PROACTIVE_VISIT"
legal_basis = "政务数据共享条例 第二十条"
output = ["member.division", "member.name"]

[[inputs]]
name = "member"
resource = "120012/000001"

[[inputs]]
name = "holder"
resource = "120012/000001"
key = "id_number"
equals = "member.householder_id_number"

[[conditions]]
is = "absent"
input = "holder"

[[conditions]]
is = "compared"
left = "member.household_size"
op = "ge"
value = 2
"""
ALONE, HOLDER, CHILD, SMALL = (feeding.id_number(serial) for serial in (1, 2, 3, 4))


def feed(*rows: list[str], now: datetime = NOW) -> None:
    """Publish the relief register with these rows; without any, with four that `MODEL` tells apart."""
    told = rows or (
        feeding.row(HOLDER, name="张建国"),
        feeding.row(CHILD, name="张小明", householder=HOLDER),
        feeding.row(ALONE, name="王秀英", householder=feeding.id_number(9), division="120103002001"),
        feeding.row(SMALL, name="赵一", householder=feeding.id_number(9), size="1"),
    )
    file = io.BytesIO("\n".join([feeding.HEADER, *map(",".join, told), ""]).encode())
    run = exchange.receive_file(cast_actor("steward_mzj"), feeding.RELIEF, "名册.csv", file, now=now, inline=True)
    if run.state != "PUBLISHED":
        raise AssertionError(run.outcome)


def permitted(*, now: datetime = NOW, **changes: object) -> UUID:
    """Return the housing-fund centre's grant of what `MODEL` needs, handed over and received."""
    open_relief_details(now=now)
    if sharing.service(SERVICE.slug) is None:
        sharing.open_service(actor=cast_actor("steward_mzj"), service=SERVICE, now=now)
    asked = {"service": SERVICE.slug, "claims": (), "fields": FIELDS, "purpose": PURPOSE, "form": "BATCH"}
    grant = granted(now=now, **(asked | changes))
    for username, name in (("steward_mzj", "hand_over"), ("steward_gjj", "confirm_receipt")):
        sharing.move_grant(actor=cast_actor(username), grant_id=grant, name=name, words="比对使用", now=now)
    return grant


def confirmed(text: str = MODEL, *, now: datetime = NOW) -> str:
    """Write a model and confirm it, by two persons; return its number."""
    number = write_model(actor=cast_actor("steward_gjj"), organisation=CENTRE, text=text, now=now)
    version = MatchModel.objects.get(number=number).versions.get()
    move_version(actor=cast_actor("steward_gjj"), version_id=version.id, name="submit", now=now)
    move_version(actor=cast_actor("approver_gjj"), version_id=version.id, name="confirm", now=now)
    return number


LEADS = """
[leads]
kind = "%s"
division = "member.division"
policy = "城乡居民养老保险的缴费档次和困难人员代缴政策"
within_days = 10
"""


def with_leads(kind: str = "visit") -> str:
    """Return the model, whose matches become leads of this kind."""
    return MODEL + LEADS % kind


def done_run(text: str = MODEL, *, now: datetime = NOW) -> MatchRun:
    """Return a run over the four rows that has ended well."""
    permitted(now=now)
    feed(now=now)
    asked = start_run(actor=cast_actor("steward_gjj"), number=confirmed(text, now=now), now=now)
    run = MatchRun.objects.get(number=asked)
    process_run(run.id, now=now)
    run.refresh_from_db()
    if run.state != "DONE":
        raise AssertionError(run.outcome)
    return run


def lead_of(kind: str = "visit", *, now: datetime = NOW) -> Lead:
    """Return the one lead that the run gives: `ALONE`, in the first street of `city.testing.load_two_streets`."""
    load_two_streets()
    make_leads(actor=cast_actor("steward_gjj"), number=done_run(with_leads(kind), now=now).number, now=now)
    return Lead.objects.get()
