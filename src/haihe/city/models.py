from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.city.names import BothNames


class DivisionLevel(models.IntegerChoices):
    """The five levels through which the e-government network and every count run."""

    COUNTRY = 1, _("国家")
    CITY = 2, _("市")
    DISTRICT = 3, _("区")
    STREET = 4, _("街道（乡镇）")
    COMMUNITY = 5, _("社区（村）")


class Division(BothNames, models.Model):
    """An administrative division by its 12-digit statistical code (GB/T 2260 and GB/T 10114)."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=64)
    level = models.PositiveSmallIntegerField(choices=DivisionLevel)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    full_name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=96, blank=True)
    pinyin = models.CharField(max_length=160, blank=True)
    initials = models.CharField(max_length=40, blank=True, db_index=True)
    # Codes from the country down, joined by "/": everything below a division is one prefix search.
    path = models.CharField(max_length=80, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="division_code_digits"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="division_five_levels"),
            models.CheckConstraint(
                condition=Q(level=1, parent=None) | Q(level__gt=1, parent__isnull=False), name="division_has_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class OrganisationKind(models.TextChoices):
    """What sort of public body an organisation is."""

    PARTY = "PARTY", _("党委机构")
    DEPARTMENT = "DEPARTMENT", _("政府部门")
    INSTITUTION = "INSTITUTION", _("事业单位")
    ASSOCIATION = "ASSOCIATION", _("群团组织")
    CENTRAL = "CENTRAL", _("中央驻津单位")
    UNIT = "UNIT", _("内设机构")
    DISTRICT = "DISTRICT", _("区人民政府")
    STREET = "STREET", _("街道（乡镇）")
    COMMUNITY = "COMMUNITY", _("社区（村）")


DEPARTMENT_KINDS = (
    OrganisationKind.PARTY,
    OrganisationKind.DEPARTMENT,
    OrganisationKind.INSTITUTION,
    OrganisationKind.ASSOCIATION,
    OrganisationKind.CENTRAL,
)
"""The kinds of which the city's 48 departments are made."""


class Organisation(BothNames, models.Model):
    """A public body or a unit inside one. Codes follow the pattern of DB12/T 819.3: 12, level sign, serial."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=96)
    short_name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=128, blank=True)
    kind = models.CharField(max_length=16, choices=OrganisationKind)
    level = models.PositiveSmallIntegerField(choices=DivisionLevel)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="organisations")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="units")
    initials = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(code__regex=r"^12[0A-HJ-NP-Z][0-9]{3,9}$"), name="organisation_code"),
            models.CheckConstraint(condition=~Q(kind="UNIT") | Q(parent__isnull=False), name="unit_has_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_local_name(self) -> str:
        """The name as it stands where the body above is named already."""
        return self.short_name if self.local_name == self.name else self.local_name
