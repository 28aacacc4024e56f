"""Datasets of others that our portal shows, and copies of ours that stand elsewhere."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from haihe.data.harvest.models.catalogue import RemoteCatalogue


class ExternalDataset(models.Model):
    """A dataset of a remote catalogue, told by (catalogue, remote_id) alone; every text is plain and bounded.

    `record` is all that was read (reading/records.py); the other columns are what is searched, listed and linked.
    `gone_at` since the other side no longer has it. `found` and `ranked` are what the catalogue's search looks into.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey(RemoteCatalogue, on_delete=models.PROTECT, related_name="datasets")
    remote_id = models.CharField(max_length=300)
    code = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    topic = models.CharField(max_length=32, blank=True, db_index=True)
    owner = models.CharField(max_length=12, blank=True, db_index=True)
    formats = ArrayField(models.CharField(max_length=20), blank=True, default=list)
    record = models.JSONField()
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    found = SearchVectorField(default="")
    ranked = SearchVectorField(default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-changed_at", "code"]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["found"], name="external_found")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["catalogue", "remote_id"], name="external_dataset_once"),
            models.CheckConstraint(condition=~Q(title=""), name="external_dataset_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class PublishedCopy(models.Model):
    """One of our datasets as it stands in a remote CKAN, by our slug and the other side's id."""

    catalogue = models.ForeignKey(RemoteCatalogue, on_delete=models.PROTECT, related_name="copies")
    slug = models.CharField(max_length=80)
    remote_id = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["catalogue", "slug"], name="published_copy_once"),
        ]

    def __str__(self) -> str:
        return self.slug
