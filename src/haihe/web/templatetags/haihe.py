"""Tags and filters that every component's templates may load: `{% load haihe %}`."""

from django import template
from django.utils.safestring import SafeString

from haihe.base.accounts import api as accounts
from haihe.city import api as city
from haihe.web.icons import icon_svg

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an outline icon of Tabler's set; with a label it speaks to screen readers, without one it is hidden."""
    return icon_svg(name, label)


@register.filter
def organisation_name(code: str) -> str:
    """Return the short name of an organisation, or the code where it isn't known."""
    found = city.organisation(code) if code else None
    return (found.short_name or found.name) if found else code


@register.filter
def role_label(role: str) -> str:
    """Return the role's name in the reader's language."""
    return str(accounts.Role(role).label) if role in accounts.Role.values else role
