"""Versions of rules and mappings, what was found out about each run, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.models import FeedRun


class RuleState(models.TextChoices):
    DRAFT = "DRAFT", _("草稿")
    CONFIRMED = "CONFIRMED", _("已确认")


class RuleBasis(models.TextChoices):
    """What a version was made from."""

    CATALOGUE = "CATALOGUE", _("按目录信息项生成")
    VERSION = "VERSION", _("由上一版修改")


class RuleVersion(models.Model):
    """The rules of one resource from one confirmation on; a trigger keeps confirmed ones as they are.

    `contents` is a RuleSet (ruleset.py). The newest confirmed one counts; at most one draft waits for confirmation.
    """

    resource = models.CharField(max_length=64)
    owner = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=RuleState, default=RuleState.DRAFT)
    basis = models.CharField(max_length=16, choices=RuleBasis)
    contents = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["resource", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "number"], name="rule_version_once"),
            models.UniqueConstraint(
                fields=["resource"], condition=Q(state=RuleState.DRAFT), name="rule_version_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=RuleState.DRAFT, confirmed_at__isnull=True)
                | Q(state=RuleState.CONFIRMED, confirmed_at__isnull=False),
                name="rule_version_confirmed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.number} {self.state}"


class MappingBasis(models.TextChoices):
    """Why the columns of a file are known to mean what they do."""

    TITLES = "TITLES", _("列名与规则一致")
    PERSON = "PERSON", _("专员确认")


class ColumnMapping(models.Model):
    """What the columns of files of one shape mean, from one confirmation on; only grows.

    `columns` are the file's columns in its order, each `{"title", "field", "share"}`: `field` is empty for one that
    isn't read, `share` is how much of its content was of the field's kind (0 to 1, null: not measured).
    """

    resource = models.CharField(max_length=64)
    owner = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    basis = models.CharField(max_length=16, choices=MappingBasis)
    columns = models.JSONField()
    run = models.ForeignKey(FeedRun, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["resource", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "number"], name="column_mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.number}"


class Verdict(models.TextChoices):
    """What quality says of a run."""

    NONE = "", _("尚未评估")
    PUBLISH = "PUBLISH", _("可以采用")
    HOLD = "HOLD", _("待决定")
    REJECT = "REJECT", _("不采用")


class QualityReport(models.Model):
    """What is known of one run: which rules and mapping it used, what was noticed, how good its rows are.

    `rules` and `mapping` are null where the shipped rules, or the titles alone, were used. `noticed` are findings about
    columns, `findings` of checks (findings.py), `profile` what the next snapshot is compared with, `scores` a
    percentage by dimension, without those that nothing measures; `warned` how many accepted rows are told of, and for
    what (null: nobody looked).
    """

    run = models.OneToOneField(FeedRun, on_delete=models.CASCADE, primary_key=True, related_name="quality")
    resource = models.CharField(max_length=64)
    rules = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, null=True, related_name="+")
    mapping = models.ForeignKey(ColumnMapping, on_delete=models.PROTECT, null=True, related_name="+")
    columns = models.JSONField(default=list)
    noticed = models.JSONField(default=list)
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True, default=Verdict.NONE)
    findings = models.JSONField(default=list)
    profile = models.JSONField(default=dict)
    scores = models.JSONField(default=dict)
    warned = models.JSONField(null=True, blank=True)
    total = models.FloatField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["resource", "-made_at"], name="quality_report_by_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.verdict}"

    @property
    def rows_warned(self) -> int:
        return int(self.warned["rows"]) if self.warned else 0


class Stage(models.TextChoices):
    """When a run was held: before its rows were read, or with all of them looked at."""

    COLUMNS = "COLUMNS", _("读入之前")
    CONTENT = "CONTENT", _("检查之后")


class Decision(models.Model):
    """What a steward decided on a held run; only grows. An accepted stage doesn't hold the run again."""

    run = models.ForeignKey(FeedRun, on_delete=models.CASCADE, related_name="decisions")
    stage = models.CharField(max_length=16, choices=Stage)
    accepted = models.BooleanField()
    findings = models.JSONField(default=list)
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.run_id} {self.stage} {self.accepted}"


class ReturnState(models.TextChoices):
    SENT = "SENT", _("已返还，待改正")
    CLOSED = "CLOSED", _("已了结")


class RejectReturn(models.Model):
    """The rejects of one run, sent back to whom they came from until later data has them right.

    `rows` are those that somebody can mend, `keyed` those of them that a later row can be known by, `settled` those
    whose row was accepted since; `open_lines` are some of the lines still waiting.
    """

    run = models.OneToOneField(FeedRun, on_delete=models.PROTECT, related_name="returned")
    resource = models.CharField(max_length=64)
    owner = models.CharField(max_length=12)
    state = models.CharField(max_length=16, choices=ReturnState, default=ReturnState.SENT)
    rows = models.PositiveIntegerField()
    keyed = models.PositiveIntegerField()
    settled = models.PositiveIntegerField(default=0)
    open_lines = models.JSONField(default=list)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=64)
    settled_run = models.ForeignKey(FeedRun, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-sent_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(settled__lte=models.F("keyed"), keyed__lte=models.F("rows")), name="reject_return_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.SENT, closed_at__isnull=True)
                | Q(state=ReturnState.CLOSED, closed_at__isnull=False),
                name="reject_return_closes_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class CarriageState(models.TextChoices):
    """Where the file with the rejects stands on its way; the moves between states are in workflow.py."""

    WAITING = "WAITING", _("等待送回")
    SENT = "SENT", _("已发往前置机")
    DONE = "DONE", _("已送回")
    GIVEN_UP = "GIVEN_UP", _("未能送回")


class RejectCarriage(models.Model):
    """A return's rejects as a file, on the way to the very source or node that sent the rows; once for each return.

    Exactly one of `source` and `node` says which. `placed` is where the file lies there, `sha256` of what was read
    back; `dispatch` is its number on the way to a node.
    """

    returned = models.OneToOneField(RejectReturn, on_delete=models.PROTECT, related_name="carriage")
    state = models.CharField(max_length=16, choices=CarriageState, default=CarriageState.WAITING)
    source = models.UUIDField(null=True, blank=True)
    node = models.CharField(max_length=32, blank=True)
    folder = models.CharField(max_length=200, blank=True)
    filename = models.CharField(max_length=200)
    placed = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    dispatch = models.UUIDField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    planned_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try_at"], condition=Q(state__in=["WAITING", "SENT"]), name="reject_carriage_waiting"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=CarriageState.values), name="reject_carriage_state_known"),
            models.CheckConstraint(
                condition=Q(source__isnull=False, node="") | Q(source__isnull=True) & ~Q(node=""),
                name="reject_carriage_to_one",
            ),
            models.CheckConstraint(
                condition=~Q(state=CarriageState.DONE) | ~Q(sha256=""), name="reject_carriage_done_is_proved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.returned_id} {self.state}"
