"""Tags and filters that every component's templates may load: `{% load haihe %}`. All are shown on /ui."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from haihe.base.accounts import api as accounts
from haihe.base.ledger.api import DayCounts
from haihe.city import api as city
from haihe.data.participation import api as participation
from haihe.kernel import masking
from haihe.web import charts, components, figures
from haihe.web.components import Text
from haihe.web.icons import icon_svg

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an outline icon of Tabler's set; with a label it speaks to screen readers, without one it is hidden."""
    return icon_svg(name, label)


@register.inclusion_tag("ui/figure.html")
def figure(
    label: Text, value: int | Decimal | None, unit: Text = "", hint: Text = "", href: str = "", icon: str = ""
) -> dict[str, Any]:
    """`{% figure "快照行数" page.rows unit="行" hint="…" href=url icon="database" %}`"""
    return {"c": components.Figure(label, value, unit, hint, href, icon)}


@register.inclusion_tag("ui/status.html")
def status(state: str, label: Text = "", icon: str = "") -> dict[str, Any]:
    """`{% status case.state case.get_state_display %}`; `state` may also be a tone: neutral, info, success …"""
    tone = components.tone_of(state)
    return {"c": components.Status(label or state, tone, icon or components.ICONS[tone])}


@register.inclusion_tag("ui/empty.html")
def empty(title: Text, hint: Text = "", href: str = "", action: Text = "", icon: str = "inbox") -> dict[str, Any]:
    """`{% empty "还没有申请" hint="…" href=url action="新建申请" %}`"""
    return {"c": components.Empty(title, hint, href, action, icon)}


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: Text = "") -> SafeString:
    """`{% alert "warning" title="…" %}text{% endalert %}`"""
    tone = components.tone_of(tone)
    return render_to_string("ui/alert.html", {"c": components.Alert(tone, title, content, components.ICONS[tone])})


@register.inclusion_tag("ui/stepper.html")
def stepper(labels: Sequence[Text], current: int) -> dict[str, Any]:
    """`{% stepper page.steps page.current_step %}`: labels in order, the current one counted from 1."""
    return {"steps": components.steps_of(labels, current)}


@register.inclusion_tag("ui/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """`{% timeline page.events %}`: objects or dicts with `title`, `at`, and if need be `detail`, `who`, `tone`."""
    return {"events": events}


@register.inclusion_tag("ui/progress.html")
def progress(label: Text, value: int, whole: int) -> dict[str, Any]:
    """`{% progress "已接收" accepted total %}`"""
    return {"c": components.Progress(label, value, whole)}


@register.inclusion_tag("ui/chart.html")
def chart(key: str, option: dict[str, object], label: Text, source: Text, at: datetime) -> dict[str, Any]:
    """`{% chart "days" page.chart label source page.at %}`; the page's scripts block takes `{% chart_scripts %}`."""
    return {"key": key, "option": option, "label": label, "source": source, "at": at}


@register.inclusion_tag("ui/chart.html")
def days_chart(key: str, days: Sequence[DayCounts], label: Text, source: Text, at: datetime) -> dict[str, Any]:
    """`{% days_chart "uses" page.days label source page.at %}`: the ledger's answers of each day, stacked."""
    return {"key": key, "option": charts.days_chart(days), "label": label, "source": source, "at": at}


@register.inclusion_tag("ui/chart_scripts.html")
def chart_scripts() -> dict[str, Any]:
    """Load what draws the charts of the page."""
    return {}


@register.inclusion_tag("ui/masked.html")
def masked(hidden: str, plain: str = "") -> dict[str, Any]:
    """`{% masked id|masked_id id %}`: hidden until opened; without `plain` it can't be opened."""
    return {"c": components.Masked(hidden, plain)}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """`{% pager page.rows %}`: how many rows, and the way to the others; keeps the filters of the address."""
    query = context["request"].GET.copy()

    def to(number: int) -> str:
        query[name] = str(number)
        return str(query.urlencode())

    before = to(page.number - 1) if page.has_previous() else ""
    return {"page": page, "before": before, "after": to(page.number + 1) if page.has_next() else ""}


@register.filter
def wan(value: int | Decimal | None) -> SafeString | str:
    """Write a figure in 万 or 亿 (million, billion) with the exact one on hover; None as a dash."""
    if value is None:
        return "—"
    number, unit = figures.short(value)
    space = " " if unit and figures.in_english() else ""
    return format_html('<data value="{}" title="{}">{}{}{}</data>', value, figures.exact(value), number, space, unit)


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """Write 2026年11月23日; None as a dash."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), figures.day(value)) if value else "—"


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Write 2026年11月23日 14:05 in the city's time; None as a dash."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), figures.moment(value)) if value else "—"


@register.filter
def since(value: datetime, now: datetime) -> str:
    """Write how long ago, as `timesince` does, but nothing of "0 minutes"."""
    return _("不到 1 分钟") if now - value < timedelta(minutes=1) else timesince(value, now)


@register.filter
def masked_id(value: str) -> str:
    return masking.mask_id_number(value) if value else "—"


@register.filter
def masked_name(value: str) -> str:
    return masking.mask_name(value) if value else "—"


@register.filter
def role_label(role: str) -> str:
    """Return the role's name in the reader's language."""
    return str(accounts.Role(role).label) if role in accounts.Role.values else role


@register.filter
def organisation_name(code: str) -> str:
    """Return the short name of an organisation in the reader's language, or the code where it isn't known."""
    if code.startswith(participation.ASSOCIATION_CODES):
        return participation.association_name(code)
    found = city.organisation(code) if code else None
    if found is None:
        return code
    return (figures.in_english() and found.name_en) or found.short_name or found.name


@register.filter
def yes_no(value: object) -> str:
    return _("是") if value else _("否")
