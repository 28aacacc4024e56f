"""What the city's front page shows: live figures of each part of 1+1+1+N, asked from the components that own them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from haihe.base.accounts import api as accounts
from haihe.base.ledger import api as ledger
from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange
from haihe.data.sharing import api as sharing
from haihe.platforms.services import api as services
from haihe.web.charts import days_chart
from haihe.web.components import Figure
from haihe.web.navigation import Entry, Link, links_for, url_of

DAYS = 30
_KEPT_S = 30
_PLACES_KEPT_S = 3600
_DISTRICT, _STREET, _COMMUNITY = 3, 4, 5

ENTRIES = (
    Entry(lazy("市民办事"), "services:home", "device-mobile", hint=lazy("查事项、交申请，看谁用了我的数据")),
    Entry(lazy("部门工作台"), "workbench", "briefcase", hint=lazy("窗口办件、数据共享、数据汇集")),
    Entry(lazy("资源目录"), "catalogue:list", "books", hint=lazy("各部门登记了哪些数据，怎样申请使用")),
    Entry(
        lazy("履责公示"), "accountability:scoreboard", "chart-bar", hint=lazy("各部门是否按时答复、核实，数据用了没有")
    ),
    Entry(lazy("公开统计"), "privacy:figures", "report-analytics", hint=lazy("数据比对、上门服务的成效，按区统计")),
    Entry(lazy("使用审计"), "ledger:auditor", "shield-check", hint=lazy("每一次使用都有授权、有记录、可验证")),
)


@dataclass(frozen=True, slots=True)
class Pillar:
    """One part of 1+1+1+N."""

    numeral: str
    name: str
    what: str
    icon: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class District:
    """One district of the map and of the table beside it."""

    code: str
    name: str
    name_en: str
    streets: int
    communities: int

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step of the opening story; in the demo one enters it as this person."""

    icon: str
    title: str
    text: str
    action: str
    username: str
    url: str


@dataclass(frozen=True, slots=True)
class Live:
    """The figures that change, as of `at`."""

    at: datetime
    counts: ledger.Counts
    days: tuple[ledger.DayCounts, ...]
    resources: int
    rows: int
    cases: services.CaseFigures
    spared: int


@dataclass(frozen=True, slots=True)
class PortalPage:
    """The front page."""

    at: datetime
    entries: tuple[Link, ...]
    story: tuple[StoryStep, ...]
    pillars: tuple[Pillar, ...]
    answers: tuple[Figure, ...]
    districts: tuple[District, ...]
    chart: dict[str, object]
    days: tuple[ledger.DayCounts, ...]
    asked: bool

    @property
    def outline(self) -> city.Map:
        """The map for devices that can't draw the other one."""
        return city.whole_city().shaded({row.code: row.communities for row in self.districts})

    @property
    def map_data(self) -> dict[str, object]:
        """What the map's script needs: the borders' address, the districts' names, figures and pages."""
        rows = [
            {
                "code": row.code,
                "label": row.label,
                "communities": row.communities,
                "url": reverse("city:division", args=[row.code]),
            }
            for row in self.districts
        ]
        return {
            "borders": reverse("city:districts-geojson"),
            "districts": rows,
            "unit": _("个社区（村）"),
            "words": {
                "Map.Title": _("各区地图"),
                "NavigationControl.ZoomIn": _("放大"),
                "NavigationControl.ZoomOut": _("缩小"),
            },
        }


def portal_page(*, now: datetime) -> PortalPage:
    """Return the page; figures are at most half a minute old, places an hour."""
    live = _kept("portal-live", _KEPT_S, lambda: _live(now))
    places = _kept("portal-districts", _PLACES_KEPT_S, _districts)
    return PortalPage(
        at=live.at,
        entries=tuple(links_for(ENTRIES, accounts.SIGNED_OUT, path="")),
        story=_story(),
        pillars=(_cloud(), _network(), _data(live), _platforms(live)),
        answers=_answers(live.counts),
        districts=places,
        chart=days_chart(live.days),
        days=live.days,
        asked=any(day.answered for day in live.days),
    )


def _kept[T](key: str, seconds: int, make: Callable[[], T]) -> T:
    """Return what this process made lately; what is empty is made anew each time."""
    kept: T | None = cache.get(key)
    if kept:
        return kept
    made = make()
    cache.set(key, made, seconds)
    return made


def _live(now: datetime) -> Live:
    return Live(
        at=now,
        counts=ledger.counts(),
        days=tuple(ledger.counts_by_day(now=now, days=DAYS)),
        resources=catalogue.published_count(),
        rows=exchange.rows_serving(),
        cases=services.figures(now=now),
        spared=sharing.spared_papers(now=now).spared,
    )


def _districts() -> tuple[District, ...]:
    streets, communities = city.divisions(level=_STREET), city.divisions(level=_COMMUNITY)
    of_street = {street.code: street.parent_code for street in streets}
    below: dict[str | None, list[int]] = {}
    for street in streets:
        below.setdefault(street.parent_code, [0, 0])[0] += 1
    for community in communities:
        below.setdefault(of_street.get(community.parent_code or ""), [0, 0])[1] += 1
    return tuple(
        District(row.code, row.name, row.name_en, *below.get(row.code, [0, 0]))
        for row in city.divisions(level=_DISTRICT)
    )


def _cloud() -> Pillar:
    return Pillar(
        _("一云"),
        _("政务云"),
        _("为各部门统一提供计算、存储和网络资源"),
        "cloud",
        (Figure(_("上云部门"), None), Figure(_("上云业务"), None)),
    )


def _network() -> Pillar:
    return Pillar(
        _("一网"),
        _("电子政务外网"),
        _("中央、市、区、街道（乡镇）、社区（村）五级贯通"),
        "network",
        (Figure(_("接入单位"), None), Figure(_("承载业务系统"), None)),
    )


def _data(live: Live) -> Pillar:
    return Pillar(
        _("一数"),
        _("共享交换与开放"),
        _("一次登记、按授权共享，只回答必要的问题"),
        "database",
        (
            Figure(_("数据资源"), live.resources, _("项")),
            Figure(_("在用数据"), live.rows, _("行")),
            Figure(_("回答核验"), live.counts.match + live.counts.no_match + live.counts.unknown, _("次")),
        ),
    )


def _platforms(live: Live) -> Pillar:
    return Pillar(
        _("N平台"),
        _("办事与治理平台"),
        _("数据能证明的材料，不再请群众提交"),
        "apps",
        (
            Figure(pgettext("figure", "办件"), live.cases.cases, _("件")),
            Figure(_("少交证明"), live.cases.papers_saved, _("份")),
            Figure(_("少跑路"), live.cases.trips_saved, _("趟")),
            Figure(_("不用再交的材料"), live.spared, _("种"), href=url_of("sharing:needs") or ""),
        ),
    )


def _answers(counts: ledger.Counts) -> tuple[Figure, ...]:
    answered = counts.match + counts.no_match + counts.unknown
    return (
        Figure(_("核验一致"), counts.match, _("次"), _share(counts.match, answered)),
        Figure(_("不在名册"), counts.no_match, _("次"), _share(counts.no_match, answered)),
        Figure(_("无法确认"), counts.unknown, _("次"), _("转人工核实，从不因此拒绝办理")),
        Figure(_("拒绝查询"), counts.refused, _("次"), _("没有授权或用途不符，同样留痕")),
    )


def _share(part: int, whole: int) -> str:
    return _("占 %(percent)s%%") % {"percent": round(100 * part / whole)} if whole else ""


def _story() -> tuple[StoryStep, ...]:
    return (
        StoryStep(
            "id",
            _("刘先生出示身份证"),
            _("窗口人员受理“低保家庭提取住房公积金”，不再索要低保证明。"),
            _("以窗口人员身份查看"),
            "clerk_gjj",
            url_of("services:desk") or reverse("workbench"),
        ),
        StoryStep(
            "message-question",
            _("公积金中心只问一个问题"),
            _("“他在低保吗？”经民政局授权，网关回答是、否或无法确认，并先记账、后回答。"),
            _("以民政局审批人身份查看"),
            "approver_mzj",
            url_of("sharing:workbench") or reverse("workbench"),
        ),
        StoryStep(
            "eye-check",
            _("当场办结，用了谁的数据一目了然"),
            _("刘先生在手机上看到谁、何时、凭什么用了他的哪一项数据。"),
            _("以刘先生身份查看"),
            "liu",
            url_of("services:my-data") or reverse("workbench"),
        ),
    )
