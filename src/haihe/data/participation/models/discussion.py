"""Discussions beside datasets, requests and reuses."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    """What a discussion is about."""

    DATASET = "DATASET", _("数据集")
    REQUEST = "REQUEST", _("数据需求")
    REUSE = "REUSE", _("应用成果")


class ThreadState(models.TextChoices):
    """Whether a discussion takes further answers."""

    OPEN = "OPEN", _("讨论中")
    CLOSED = "CLOSED", _("已结束")


class Verdict(models.TextChoices):
    """What became of a report of abuse."""

    WAITING = "WAITING", _("待处理")
    UPHELD = "UPHELD", _("已隐藏")
    DISMISSED = "DISMISSED", _("不予隐藏")


class Thread(models.Model):
    """One discussion. `about` is the slug, number or id of its subject.

    `owner` is the department that may answer officially; `answered_at` when it first did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=16, choices=Subject)
    about = models.CharField(max_length=80)
    owner = models.CharField(max_length=12, blank=True, db_index=True)
    title = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=ThreadState, default=ThreadState.OPEN)
    author = models.UUIDField(db_index=True)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    posts_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-last_at", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "about", "-last_at"], name="thread_about"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(subject__in=Subject.values), name="thread_subject_known"),
            models.CheckConstraint(condition=Q(state__in=ThreadState.values), name="thread_state_known"),
        ]

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    """One contribution. `organisation`, where given, is the department (or association) in whose name it was written.

    What is hidden keeps its place with the reason; its words are shown to nobody but the data centre.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    body = models.TextField(max_length=2000)
    author = models.UUIDField(db_index=True)
    author_name = models.CharField(max_length=64)
    organisation = models.CharField(max_length=12, blank=True)
    is_official = models.BooleanField(default=False)
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(is_official=False) | ~Q(organisation=""), name="post_official_has_a_department"
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""), name="post_hidden_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.at:%Y-%m-%d %H:%M}"


class AbuseReport(models.Model):
    """Somebody says that a contribution shouldn't stand there."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="abuse_reports")
    reporter = models.UUIDField()
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=16, choices=Verdict, default=Verdict.WAITING)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["post", "reporter"], name="abuse_report_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="abuse_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.verdict}"
