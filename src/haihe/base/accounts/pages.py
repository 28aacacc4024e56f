"""What the sign-in page shows."""

from dataclasses import dataclass

from haihe.base.accounts.forms import SignInForm
from haihe.base.accounts.models import Role, User

_ORDER = {role: place for place, role in enumerate(Role.values)}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One button of the demo. `organisation` is a code; the page's template names it where it can."""

    username: str
    name: str
    role: str
    role_label: str
    organisation: str


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`people` is empty outside demo mode."""

    form: SignInForm
    next: str
    demo: bool
    people: list[DemoPerson]


def demo_people() -> list[DemoPerson]:
    """Return the synthetic persons with their first role, citizens first."""
    users = User.objects.filter(is_synthetic=True, is_active=True).prefetch_related("memberships")
    people = [_person(user) for user in users if user.memberships.all()]
    return sorted(people, key=lambda person: (_ORDER.get(person.role, len(_ORDER)), person.organisation))


def _person(user: User) -> DemoPerson:
    first = min(user.memberships.all(), key=lambda membership: _ORDER.get(membership.role, len(_ORDER)))
    return DemoPerson(user.username, user.name, first.role, str(first.get_role_display()), first.organisation)
