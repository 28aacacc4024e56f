"""The demo's examination: its register, the grant to show it, one release that is open and one to come.

Candidates are residents of the demo city of the right age, and two of the cast's families; all of them are synthetic.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_OID, uuid5

import duckdb
from django.conf import settings
from django.utils import timezone

from haihe.base.accounts.api import Actor, actor_for
from haihe.city.cast import EDUCATION, GOVERNMENT_SERVICES
from haihe.data.catalogue.api import NewAssessment, NewItem, NewResource
from haihe.data.matching.demo import laying
from haihe.data.sharing import api as sharing
from haihe.kernel.result_release import PURPOSE, Content, ResultLine, Words
from haihe.platforms.services.releases import operations
from haihe.platforms.services.releases.models import ResultRelease
from haihe.platforms.services.releases.operations import Written

SERVICE: Final = "examination-results"
CLIENT: Final = "zwb-score-day"
OPEN, TO_COME = "gaokao", "gaokao-review"
_MOST: Final = 5_000
_DAY: Final = timedelta(days=1)
SUBJECTS: Final = (
    ("chinese", "语文", "Chinese", 150),
    ("mathematics", "数学", "Mathematics", 150),
    ("foreign_language", "外语", "Foreign language", 150),
    ("physics", "物理", "Physics", 100),
    ("chemistry", "化学", "Chemistry", 100),
    ("biology", "生物", "Biology", 100),
    ("total", "总分", "Total", 750),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who sat the examination; `points` in the order of the subjects, without the total."""

    name: str
    id_number: str
    number: str
    points: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.points)


SIYU: Final = Candidate("王思雨", "120104200803162025", "26120104000001", (121, 134, 139, 87, 91, 84))
"""The daughter of the cast's Mr Wang."""
YUTONG: Final = Candidate("刘雨桐", "120103200711056026", "26120103000001", (113, 98, 127, 70, 64, 79))
"""A niece of the cast's Mr Liu."""


def _item(name: str, title: str, data_type: str, length: int, sensitivity: str = "PERSONAL") -> NewItem:
    return NewItem(name=name, title=title, data_type=data_type, length=length, sensitivity=sensitivity)


RESULTS: Final = NewResource(
    title="普通高等学校招生考试成绩信息",
    abstract="当年普通高考考生的准考证号和各科成绩。只在成绩公布之后、由考生本人凭准考证号和身份证号码查询。演示数据都是虚构的。",
    owner=EDUCATION,
    category="DEPARTMENT",
    subject_area="公共服务",
    grade="IMPORTANT",
    format="DATABASE",
    update_cycle="YEARLY",
    sharing_type="CONDITIONAL",
    sharing_forms=("SERVICE",),
    sharing_scope="只向考生本人提供自己的成绩，不提供名单、排名和统计。",
    sharing_purpose="按公布的时间向考生提供成绩查询。",
    items=(
        NewItem(name="name", title="姓名", data_type="C", length=50, sensitivity="PERSONAL", is_required=True),
        NewItem(
            name="id_number", title="证件号码", data_type="C", length=18, sensitivity="SENSITIVE", is_identifying=True,
            is_required=True,
        ),
        _item("candidate_number", "准考证号", "I", 14),
        *(_item(name, title, "I", 3) for name, title, _, _ in SUBJECTS),
    ),
    keywords=("高考", "成绩"),
    assessments=tuple(
        NewAssessment(kind=kind, assessor="数据安全工作组", assessed_on=datetime(2026, 5, 11).date())  # noqa: DTZ001 - a day
        for kind in ("SECRECY", "PERSONAL_INFORMATION")
    ),
)  # fmt: skip
CONTENT: Final = Content(
    title=Words("普通高考成绩查询（演示考生）", "Entrance examination results (made-up candidates)"),
    authority=Words("天津市教育招生考试院", "Tianjin Education and Examinations Authority"),
    note=Words(
        "请准备好准考证号和身份证号码。考生和成绩都是虚构的。",
        "You need your examination number and your identity number. Candidates and results are made up.",
    ),
    hotline="12345",
    service=SERVICE,
    client=CLIENT,
    purpose=PURPOSE,
    number="candidate_number",
    lines=tuple(ResultLine(field, Words(zh, en), most) for field, zh, en, most in SUBJECTS),
)
REVIEW: Final = Content(
    **{name: getattr(CONTENT, name) for name in CONTENT.__struct_fields__ if name not in ("title", "note")},
    title=Words("普通高考成绩复核结果查询（演示考生）", "Reviewed results of the entrance examination (made-up)"),
    note=Words(
        "只有申请过复核的考生需要查询；没有申请的，成绩与已公布的一致。",
        "For candidates who asked for a review; all other results stay as they were told.",
    ),
)


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet."""
    progress("成绩名册", 0.1)
    laying.register(RESULTS, now=now)
    code = laying.code_of(RESULTS.owner, RESULTS.title)
    laying.feed(code, EDUCATION, "examination-results", _file, now=now)
    progress("授权", 0.6)
    _permit(code, now)
    progress("成绩发布", 0.8)
    noon = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
    _release(OPEN, CONTENT, _last_june(noon), noon + 180 * _DAY, now)
    _release(TO_COME, REVIEW, noon + 30 * _DAY, noon + 60 * _DAY, now)


def candidates() -> Iterator[Candidate]:
    """Yield the two of the cast, then residents of the demo city that are of the age, in the order of their numbers."""
    yield from (SIYU, YUTONG)
    files = str(Path(settings.HAIHE.data_dir) / "city" / "resident" / "*.parquet")
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            "SELECT name, id_number FROM read_parquet($1) WHERE substr(id_number, 7, 6) BETWEEN '200709' AND '200808' "
            "ORDER BY id_number LIMIT $2",
            [files, _MOST],
        ).fetchall()
    for n, (name, id_number) in enumerate(rows, start=2):
        points = tuple(50 + (n * (7 + 4 * k) + 13 * k) % (most - 50) for k, (_, _, _, most) in enumerate(SUBJECTS[:-1]))
        yield Candidate(name, id_number, f"2612{id_number[2:6]}{n:06}", points)


def _file(titles: dict[str, str]) -> io.BytesIO:
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(titles.values())
    for one in candidates():
        values = dict(zip((name for name, *_ in SUBJECTS), (*one.points, one.total), strict=True))
        known = {"name": one.name, "id_number": one.id_number, "candidate_number": one.number, **values}
        written.writerow([known[field] for field in titles])
    return io.BytesIO(text.getvalue().encode())


def _permit(code: str, now: datetime) -> None:
    """Open the service, register the system, and grant: each by whose turn it is."""
    steward = actor_for("steward_zwb", now=now)
    if sharing.service(SERVICE) is None:
        fields = {name: {"mask": "none"} for name in CONTENT.fields}
        service = sharing.NewService(
            slug=SERVICE,
            title="高考成绩查询",
            summary="在公布时间之后，向考生本人提供准考证号和各科成绩。程序不能通过网关查询。",
            resource=code,
            fields=fields,
            max_age_s=400 * 24 * 3600,
        )
        sharing.open_service(actor=actor_for("steward_jw", now=now), service=service, now=now)
    if sharing.grants_for(GOVERNMENT_SERVICES, SERVICE):
        return
    sharing.register_client(
        actor=steward,
        organisation=GOVERNMENT_SERVICES,
        client_id=CLIENT,
        title="成绩查询页面",
        is_platform=True,
        now=now,
    )
    application = sharing.Application(
        applicant=GOVERNMENT_SERVICES,
        service=SERVICE,
        fields=CONTENT.fields,
        purpose=PURPOSE,
        item="examination-results",
        legal_basis="《中华人民共和国教育法》第二十一条；《国家教育考试违规处理办法》",
        scenario="成绩公布之后，考生本人凭准考证号和身份证号码在网上查询自己的成绩，替代到校领取成绩单。",
        duration_months=12,
        quota_per_day=1_000_000,
        token=uuid5(NAMESPACE_OID, "haihe-demo:examination-results"),
    )
    request = sharing.request_sharing(actor=steward, application=application, now=now)
    for username, name in (("approver_zwb", "approve_by_office"), ("approver_jw", "approve")):
        sharing.move_request(actor=actor_for(username, now=now), request_id=request, name=name, now=now)


def _last_june(noon: datetime) -> datetime:
    """Return the last time that results of June were out before now: the 24th at noon."""
    this_year = noon.replace(month=6, day=24)
    return this_year if this_year < noon else this_year.replace(year=noon.year - 1)


def _release(slug: str, content: Content, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if ResultRelease.objects.filter(slug=slug).exists():
        return
    steward: Actor = actor_for("steward_zwb", now=now)
    operations.write_release(
        actor=steward,
        organisation=GOVERNMENT_SERVICES,
        written=Written(slug, content, opens_at, closes_at, 500),
        now=now,
    )
    operations.move_release(actor=steward, slug=slug, name="submit", now=now)
    operations.move_release(actor=actor_for("approver_zwb", now=now), slug=slug, name="approve", now=now)
