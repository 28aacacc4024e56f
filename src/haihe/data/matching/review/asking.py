"""What a steward asks for on the page of a new linkage, out of the text of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from haihe.data.matching.errors import InputRefused
from haihe.data.matching.linkage.deciding import Thresholds
from haihe.data.matching.linkage.scoring import LOWEST_BITS
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.places import SIDES
from haihe.data.matching.review.roles import TITLES

HIGHEST_BITS: Final = 30.0
_LONGEST: Final = 200
_USUAL: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class Wish:
    """Two registers, which of their fields are compared (by side, "left" or "right", and role), and from which weight.

    Without `fields` they are found by their titles.
    """

    organisation: str = ""
    purpose: str = ""
    legal_basis: str = ""
    left: str = ""
    right: str = ""
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    link: str = f"{_USUAL.link:g}"
    review: str = f"{_USUAL.review:g}"

    def thresholds(self) -> Thresholds:
        """Raises: InputRefused."""
        try:
            link, review = float(self.link), float(self.review)
        except ValueError:
            raise InputRefused(_("门槛请填数字。")) from None
        # Not a number fails each of these.
        if not LOWEST_BITS <= review <= link <= HIGHEST_BITS:
            told = {"least": f"{LOWEST_BITS:g}", "most": f"{HIGHEST_BITS:g}"}
            raise InputRefused(_("门槛请填 %(least)s 到 %(most)s，核对的不高于关联的。") % told)
        return Thresholds(link=link, review=review)


def read_wish(told: Mapping[str, str]) -> Wish:
    """Return what a form says."""
    fields = {
        side: {role: told[f"{side}_{role}"][:_LONGEST] for role in TITLES if told.get(f"{side}_{role}")}
        for side in SIDES
    }
    plain = ("organisation", "purpose", "legal_basis", "left", "right", "link", "review")
    given = {name: told[name][:_LONGEST] for name in plain if told.get(name)}
    return Wish(**given, fields=fields if any(fields.values()) else {})


def wish_like(run: LinkageRun, *, link: str) -> Wish:
    """Return what would ask for the same once more, with another threshold where one is given."""
    return Wish(
        organisation=run.organisation,
        purpose=run.purpose,
        legal_basis=run.legal_basis,
        left=run.left_resource,
        right=run.right_resource,
        fields=run.roles,
        link=link or f"{run.link_bits:g}",
        review=f"{run.review_bits:g}",
    )
