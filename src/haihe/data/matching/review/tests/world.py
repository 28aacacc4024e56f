"""A list of the housing-fund centre's own without identity numbers, and the relief register that is granted to it."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from haihe.base.accounts.api import Actor, Role
from haihe.city.testing import OTHER_STREET, STREET, load_two_streets
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry
from haihe.data.exchange import api as exchange
from haihe.data.exchange import testing as feeding
from haihe.data.exchange.quality.models import RuleBasis, RuleState, RuleVersion
from haihe.data.exchange.quality.rulebook import written
from haihe.data.exchange.quality.ruleset import RuleSet, default_checks
from haihe.data.exchange.rules import Column, Kind, Personal, RegisterSchema
from haihe.data.matching.review.asking import Wish
from haihe.data.matching.review.models import LinkagePair, LinkageRun
from haihe.data.matching.review.operations.processing import process_linkage_run
from haihe.data.matching.review.operations.starting import start_linkage
from haihe.data.matching.testing import CENTRE, HOLDER, PURPOSE, feed, permitted

BASIS = "政务数据共享条例 第二十条"
PLACE, ELSEWHERE = f"{STREET[:9]}001", f"{OTHER_STREET[:9]}001"
ROWS = (
    ("G1", "張建國", "19700101", "15400000001", PLACE),
    ("G2", "张建国", "19700202", "15400000002", PLACE),
    ("G3", "王秀英", "19650303", "15400000003", ELSEWHERE),
    ("G4", "欧阳娜", "19800404", "15400000004", ELSEWHERE),
)


def approver(name: str = "另一位审批人") -> Actor:
    return Actor(uuid4(), name, frozenset({(Role.APPROVER, CENTRE)}), None)


def own_list(*, now: datetime = NOW, rows: Sequence[Sequence[str]] = ROWS) -> str:
    """Publish the centre's own list; return its code."""
    load_two_streets()
    code, published = f"{CENTRE}/000009", publish_entry(replace(RELIEF_REGISTER, title="走访名单"), now=now)
    Resource.objects.filter(code=published).update(code=code, owner=CENTRE)
    schema = RegisterSchema(
        resource=code,
        title="走访名单",
        key=("number",),
        columns=(
            Column(field="number", title="编号", kind=Kind.TEXT),
            Column(field="name", title="姓名", kind=Kind.TEXT, personal=Personal.NAME),
            Column(field="born_on", title="出生日期", kind=Kind.DATE, required=False),
            Column(field="phone", title="联系电话", kind=Kind.TEXT, personal=Personal.SEALED, required=False),
            Column(field="division", title="区划代码", kind=Kind.DIVISION, required=False),
        ),
    )
    RuleVersion.objects.create(
        resource=code,
        owner=CENTRE,
        number=1,
        state=RuleState.CONFIRMED,
        basis=RuleBasis.CATALOGUE,
        contents=written(RuleSet(schema=schema, checks=default_checks(schema))),
        made_at=now,
        made_by="test",
        confirmed_at=now,
        confirmed_by="test",
    )
    lines = ["编号,姓名,出生日期,联系电话,区划代码", *(",".join(row) for row in rows), ""]
    file = io.BytesIO("\n".join(lines).encode())
    run = exchange.receive_file(cast_actor("steward_gjj"), code, "名单.csv", file, now=now, inline=True)
    if run.state != "PUBLISHED":
        raise AssertionError(run)
    return code


def done_run(*, now: datetime = NOW) -> LinkageRun:
    """Return a linkage that has ended well: one link, and two pairs left to people."""
    permitted(now=now)
    feed(
        feeding.row(HOLDER, name="张建国", division=PLACE),
        feeding.row(feeding.id_number(7), name="王秀英", division=ELSEWHERE),
        feeding.row(feeding.id_number(8), name="赵一", division=ELSEWHERE),
        now=now,
    )
    code = own_list(now=now)
    run = asked(code, now=now)
    process_linkage_run(run.id, now=now)
    run.refresh_from_db()
    if run.state != "DONE":
        raise AssertionError(run.outcome)
    return run


def wish(code: str, **other: Any) -> Wish:
    """Return what asks for the centre's own list against the relief register."""
    usual = Wish(organisation=CENTRE, purpose=PURPOSE, legal_basis=BASIS, left=code, right=feeding.RELIEF)
    return replace(usual, **other)


def asked(code: str, *, now: datetime = NOW) -> LinkageRun:
    return LinkageRun.objects.get(number=start_linkage(actor=cast_actor("steward_gjj"), wish=wish(code), now=now))


def doubtful(*, now: datetime = NOW) -> LinkagePair:
    pair = done_run(now=now).pairs.order_by("left_line").first()
    if pair is None:
        raise AssertionError("nothing is left to people")
    return pair
