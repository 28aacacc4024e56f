"""The life cycle: pre-check within the clock of the answer, delivery under its own clock, before a grant begins.

New columns are null or have defaults of the database, so that a program of the version before writes on.
"""

from pathlib import Path

from django.db import migrations, models

_FOLDER = Path(__file__).parents[1]


def _statement(file: str, start: str, end: str) -> str:
    """Return a statement of one of the schema files."""
    schema = (_FOLDER / file).read_text(encoding="utf-8")
    begin = schema.index(start)
    return schema[begin : schema.index(end, begin) + len(end)]


_FORWARD = (_FOLDER / "schema_lifecycle.sql").read_text(encoding="utf-8")
_BACKWARD = "\n".join(
    [
        _statement("schema_query.sql", "CREATE OR REPLACE VIEW gateway_grant", ";"),
        _statement("schema_query.sql", "CREATE OR REPLACE FUNCTION sharing_grant_rests_on_request", "$$;"),
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0005_corrections_per_use"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="clockpolicy",
            name="clock_policy_within_the_law",
        ),
        migrations.RemoveConstraint(
            model_name="grant",
            name="grant_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="grant",
            name="grant_ends_once",
        ),
        migrations.RemoveConstraint(
            model_name="sharingrequest",
            name="request_one_open_per_purpose",
        ),
        migrations.RemoveConstraint(
            model_name="sharingrequest",
            name="request_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="sharingrequest",
            name="request_clock_runs_at_the_owner",
        ),
        migrations.AddField(
            model_name="grant",
            name="clock_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="grant",
            name="clock_started_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="handed_over_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="overdue_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="sharingrequest",
            name="precheck_due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="clockpolicy",
            name="clock",
            field=models.CharField(
                choices=[
                    ("ANSWER_UNCONDITIONAL", "答复无条件共享的申请"),
                    ("ANSWER_CONDITIONAL", "答复有条件共享的申请"),
                    ("EXTENSION", "延长答复，限一次"),
                    ("CORRECTION", "核实并答复更正申请"),
                    ("PRECHECK", "预审共享申请"),
                    ("DELIVERY", "同意后提供数据"),
                    ("RECEIPT", "确认收到数据"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="state",
            field=models.CharField(
                choices=[
                    ("PREPARING", "待提供"),
                    ("RECEIVING", "待确认收到"),
                    ("ACTIVE", "有效"),
                    ("SUSPENDED", "已暂停"),
                    ("TERMINATED", "已终止"),
                    ("EXPIRED", "已到期"),
                ],
                default="PREPARING",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="sharingrequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("OFFICE_REVIEW", "本单位审批"),
                    ("PRE_REVIEW", "预审"),
                    ("RETURNED", "退回修改"),
                    ("OWNER_REVIEW", "待提供部门答复"),
                    ("SUPPLEMENT", "待补正"),
                    ("APPROVED", "同意共享"),
                    ("REFUSED", "不同意共享"),
                    ("WITHDRAWN", "已撤回"),
                ],
                default="OFFICE_REVIEW",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="clockpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "clock__in",
                            [
                                "ANSWER_UNCONDITIONAL",
                                "ANSWER_CONDITIONAL",
                                "EXTENSION",
                                "CORRECTION",
                                "PRECHECK",
                                "DELIVERY",
                                "RECEIPT",
                            ],
                        ),
                        ("working_days__isnull", True),
                    ),
                    models.Q(("clock", "ANSWER_UNCONDITIONAL"), ("working_days__range", (1, 1))),
                    models.Q(("clock", "ANSWER_CONDITIONAL"), ("working_days__range", (1, 10))),
                    models.Q(("clock", "EXTENSION"), ("working_days__range", (1, 10))),
                    models.Q(("clock", "CORRECTION"), ("working_days__range", (1, 10))),
                    models.Q(("clock", "PRECHECK"), ("working_days__range", (1, 2))),
                    models.Q(("clock", "DELIVERY"), ("working_days__range", (1, 20))),
                    models.Q(("clock", "RECEIPT"), ("working_days__range", (1, 5))),
                    _connector="OR",
                ),
                name="clock_policy_within_the_law",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["PREPARING", "RECEIVING", "ACTIVE", "SUSPENDED", "TERMINATED", "EXPIRED"])
                ),
                name="grant_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ("TERMINATED", "EXPIRED"))),
                    models.Q(
                        ("ended_at__isnull", True), ("state__in", ("PREPARING", "RECEIVING", "ACTIVE", "SUSPENDED"))
                    ),
                    _connector="OR",
                ),
                name="grant_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clock_started_on__isnull", False), ("state__in", ("PREPARING", "RECEIVING"))),
                    models.Q(
                        models.Q(("state__in", ("PREPARING", "RECEIVING")), _negated=True),
                        ("clock_started_on__isnull", True),
                        ("due_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="grant_clock_runs_until_delivered",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "RECEIVING"), _negated=True), ("handed_over_at__isnull", False), _connector="OR"
                ),
                name="grant_handed_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("OFFICE_REVIEW", "RETURNED", "PRE_REVIEW", "OWNER_REVIEW", "SUPPLEMENT"))
                ),
                fields=("applicant", "service", "purpose"),
                name="request_one_open_per_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "OFFICE_REVIEW",
                            "PRE_REVIEW",
                            "RETURNED",
                            "OWNER_REVIEW",
                            "SUPPLEMENT",
                            "APPROVED",
                            "REFUSED",
                            "WITHDRAWN",
                        ],
                    )
                ),
                name="request_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clock_started_on__isnull", False), ("state__in", ("PRE_REVIEW", "OWNER_REVIEW"))),
                    models.Q(
                        models.Q(("state__in", ("PRE_REVIEW", "OWNER_REVIEW")), _negated=True),
                        ("clock_started_on__isnull", True),
                        ("due_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="request_clock_runs_for_the_answer",
            ),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
