"""Associations that connect government and society: who they are, their members, the needs they follow."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.open.api import either
from haihe.data.participation.models.request import DataRequest
from haihe.data.participation.workflow import BundleState


class Association(models.Model):
    """An association of a trade, registered with the civil-affairs bureau. It is no public body, so it isn't among the
    city's organisations; its clerks hold the role ASSOCIATION in its `code`.
    """

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=64, unique=True)
    name_en = models.CharField(max_length=128, blank=True)
    trade = models.CharField(max_length=60)
    about = models.TextField(max_length=1000)
    since = models.DateField()
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(code__regex=r"^XH[0-9]{4}$"), name="association_code_form"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        return either(self.name, self.name_en)


class AssociationMember(models.Model):
    """Somebody who belongs to an association: its confirmations reach them."""

    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="members")
    user_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=64)
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["association", "user_id"], name="association_member_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Bundle(models.Model):
    """Needs of an association's members, put together with its words and how many members stand behind them.

    It follows its requests until each is answered; then the association confirms to its members: the loop is closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    association = models.ForeignKey(Association, on_delete=models.PROTECT, related_name="bundles")
    title = models.CharField(max_length=60)
    words = models.TextField(max_length=2000)
    members_behind = models.PositiveIntegerField()
    requests = models.ManyToManyField(DataRequest, related_name="bundles")
    state = models.CharField(max_length=16, choices=BundleState, default=BundleState.FOLLOWING)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmation = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=BundleState.values), name="bundle_state_known"),
            models.CheckConstraint(condition=Q(members_behind__range=(1, 100_000)), name="bundle_speaks_for_members"),
            models.CheckConstraint(
                condition=~Q(state=BundleState.CONFIRMED) | Q(confirmed_at__isnull=False) & ~Q(confirmation=""),
                name="bundle_confirmed_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
