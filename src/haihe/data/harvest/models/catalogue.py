"""Remote catalogues, and what was done to them."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent
from haihe.data.harvest.workflow import CatalogueState


class Direction(models.TextChoices):
    """Who is told."""

    IN = "IN", _("采集进来")
    OUT = "OUT", _("发布出去")


class Kind(models.TextChoices):
    """What the other side speaks."""

    CKAN = "CKAN", "CKAN"
    DCAT = "DCAT", "DCAT (RDF)"
    DATA_JSON = "DATA_JSON", "data.json (DCAT-US 1.1)"


class Rhythm(models.TextChoices):
    """How often a run begins by itself."""

    BY_HAND = "BY_HAND", _("只手动")
    HOURLY = "HOURLY", _("每小时")
    DAILY = "DAILY", _("每天")
    WEEKLY = "WEEKLY", _("每周")


class RemoteCatalogue(models.Model):
    """A catalogue elsewhere: where it is, what of it we want, and what its words mean here.

    The maps lead from what the other side says to our licence, topic and department. `most_gone_percent` is how much
    may vanish in one run before a person has to look. `sealed_token` is what a CKAN wants to see.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=100)
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.IN)
    kind = models.CharField(max_length=16, choices=Kind)
    url = models.CharField(max_length=500)
    organisations = ArrayField(models.CharField(max_length=100), blank=True, default=list)
    tags = ArrayField(models.CharField(max_length=100), blank=True, default=list)
    rhythm = models.CharField(max_length=16, choices=Rhythm, default=Rhythm.BY_HAND)
    licence_map = models.JSONField(default=dict, blank=True)
    topic_map = models.JSONField(default=dict, blank=True)
    owner_map = models.JSONField(default=dict, blank=True)
    remote_owner = models.CharField(max_length=100, blank=True)
    most_gone_percent = models.PositiveSmallIntegerField(default=10)
    sealed_token = models.BinaryField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=CatalogueState, default=CatalogueState.DRAFT)
    proposed_by = models.UUIDField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["direction", "slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"), name="remote_slug_form"),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://[^\s@]+$"), name="remote_address_form"),
            models.CheckConstraint(condition=Q(state__in=CatalogueState.values), name="remote_state_known"),
            models.CheckConstraint(
                condition=Q(direction=Direction.IN) | Q(direction=Direction.OUT, kind=Kind.CKAN),
                name="remote_out_is_ckan",
            ),
            models.CheckConstraint(
                condition=Q(most_gone_percent__gte=1, most_gone_percent__lte=100), name="remote_gone_percent"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def seal_context(self) -> str:
        return f"remote-catalogue:{self.id}"


class RemoteCatalogueEvent(HistoryEvent):
    """One line of a remote catalogue's history; appended, never changed."""

    catalogue = models.ForeignKey(RemoteCatalogue, on_delete=models.PROTECT, related_name="events")
