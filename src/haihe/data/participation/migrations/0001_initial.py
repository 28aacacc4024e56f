import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

from haihe.base.history.api import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("title", models.CharField(max_length=60)),
                ("words", models.TextField(max_length=2000)),
                ("purpose", models.TextField(max_length=1000)),
                ("beneficiaries", models.CharField(blank=True, max_length=200)),
                ("wished_owner", models.CharField(blank=True, max_length=12)),
                ("owner", models.CharField(blank=True, db_index=True, max_length=12)),
                ("requester", models.UUIDField(db_index=True)),
                ("requester_name", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "待审核"),
                            ("FORWARDED", "部门办理中"),
                            ("ACCEPTED", "已列入计划"),
                            ("FULFILLED", "已经开放"),
                            ("ALREADY_OPEN", "本来就已开放"),
                            ("REFUSED", "不能开放"),
                            ("REJECTED", "未通过审核"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        default="SUBMITTED",
                        max_length=16,
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("clock_started_on", models.DateField()),
                ("clock_days", models.PositiveSmallIntegerField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("overdue_told_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, max_length=1000)),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("STATE_SECRET", "属于国家秘密（保守国家秘密法）"),
                            ("PERSONAL", "含有个人信息，去掉后不能再用（个人信息保护法）"),
                            ("TRADE_SECRET", "含有商业秘密，权利人不同意（反不正当竞争法、政府信息公开条例第十五条）"),
                            (
                                "SAFETY",
                                "开放可能危及国家安全、公共安全、经济安全、社会稳定（政府信息公开条例第十四条）",
                            ),
                            ("NOT_HELD", "各部门都没有这项数据，需要加工汇总（政府信息公开条例第三十八条）"),
                            ("FORBIDDEN", "其他法律、行政法规禁止公开（政府信息公开条例第十四条）"),
                        ],
                        max_length=16,
                    ),
                ),
                ("dataset", models.CharField(blank=True, db_index=True, max_length=80)),
                ("votes", models.PositiveIntegerField(default=0)),
                ("found", django.contrib.postgres.search.SearchVectorField(default="")),
                ("ranked", django.contrib.postgres.search.SearchVectorField(default="")),
            ],
            options={
                "ordering": ["-submitted_at", "number"],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(max_length=2000)),
                ("author", models.UUIDField(db_index=True)),
                ("author_name", models.CharField(max_length=64)),
                ("organisation", models.CharField(blank=True, max_length=12)),
                ("is_official", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_reason", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Association",
            fields=[
                ("code", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64, unique=True)),
                ("name_en", models.CharField(blank=True, max_length=128)),
                ("trade", models.CharField(max_length=60)),
                ("about", models.TextField(max_length=1000)),
                ("since", models.DateField()),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^XH[0-9]{4}$")), name="association_code_form"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("title", models.CharField(max_length=60)),
                ("words", models.TextField(max_length=2000)),
                ("members_behind", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("FOLLOWING", "跟进中"),
                            ("ANSWERED", "部门已答复，待向会员确认"),
                            ("CONFIRMED", "已向会员确认"),
                        ],
                        default="FOLLOWING",
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("confirmation", models.TextField(blank=True, max_length=1000)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to="participation.association",
                    ),
                ),
                ("requests", models.ManyToManyField(related_name="bundles", to="participation.datarequest")),
            ],
            options={
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="PlanEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("owner", models.CharField(db_index=True, max_length=12)),
                ("title", models.CharField(max_length=100)),
                ("code", models.CharField(blank=True, db_index=True, max_length=32)),
                ("promised_on", models.DateField()),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PLANNED", "计划中"),
                            ("PREPARING", "准备中"),
                            ("PUBLISHED", "已发布"),
                            ("POSTPONED", "已推迟"),
                            ("DROPPED", "不再开放"),
                        ],
                        default="PLANNED",
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("dataset", models.CharField(blank=True, max_length=80)),
                ("published_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["due_on", "owner", "title"],
                "indexes": [models.Index(fields=["year", "due_on"], name="plan_of_year")],
                "constraints": [
                    models.UniqueConstraint(fields=("year", "owner", "title"), name="plan_entry_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["PLANNED", "PREPARING", "PUBLISHED", "POSTPONED", "DROPPED"])
                        ),
                        name="plan_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_on__isnull", False),
                                ("state", "PUBLISHED"),
                                models.Q(("dataset", ""), _negated=True),
                            ),
                            models.Q(models.Q(("state", "PUBLISHED"), _negated=True), ("published_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="plan_published_names_its_dataset",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("POSTPONED", "DROPPED")), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="plan_change_says_why",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="datarequest",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="participation.planentry",
            ),
        ),
        migrations.CreateModel(
            name="AbuseReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reporter", models.UUIDField()),
                ("words", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("WAITING", "待处理"), ("UPHELD", "已隐藏"), ("DISMISSED", "不予隐藏")],
                        default="WAITING",
                        max_length=16,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="abuse_reports",
                        to="participation.post",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="RequestFeedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.UUIDField()),
                ("person_name", models.CharField(max_length=64)),
                ("helped", models.BooleanField()),
                ("words", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="participation.datarequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="RequestVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("voter", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="voters",
                        to="participation.datarequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reuse",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=60)),
                ("words", models.TextField(max_length=2000)),
                ("address", models.CharField(max_length=300)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("APP", "手机应用"),
                            ("WEBSITE", "网站"),
                            ("SERVICE", "接口服务"),
                            ("ANALYSIS", "分析报告"),
                            ("RESEARCH", "学术研究"),
                            ("MEDIA", "新闻报道"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "datasets",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=20),
                ),
                ("author", models.UUIDField(db_index=True)),
                ("author_name", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "待审核"),
                            ("PUBLISHED", "已展示"),
                            ("BROKEN", "打不开了"),
                            ("REJECTED", "未通过审核"),
                            ("HIDDEN", "已隐藏"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        default="SUBMITTED",
                        max_length=16,
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-submitted_at", "title"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["datasets"], name="reuse_of_dataset")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["SUBMITTED", "PUBLISHED", "BROKEN", "REJECTED", "HIDDEN", "WITHDRAWN"])
                        ),
                        name="reuse_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["APP", "WEBSITE", "SERVICE", "ANALYSIS", "RESEARCH", "MEDIA"])
                        ),
                        name="reuse_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address__startswith", "https://")), name="reuse_address_is_https"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("datasets", []), _negated=True), name="reuse_names_its_data"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BrokenReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reporter", models.UUIDField()),
                ("words", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reuse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="broken_reports",
                        to="participation.reuse",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="ReusePicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("data", models.BinaryField()),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "reuse",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="picture", to="participation.reuse"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "subject",
                    models.CharField(
                        choices=[("DATASET", "数据集"), ("REQUEST", "数据需求"), ("REUSE", "应用成果")], max_length=16
                    ),
                ),
                ("about", models.CharField(max_length=80)),
                ("owner", models.CharField(blank=True, db_index=True, max_length=12)),
                ("title", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(choices=[("OPEN", "讨论中"), ("CLOSED", "已结束")], default="OPEN", max_length=8),
                ),
                ("author", models.UUIDField(db_index=True)),
                ("started_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("posts_count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["-last_at", "pk"],
                "indexes": [models.Index(fields=["subject", "about", "-last_at"], name="thread_about")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("subject__in", ["DATASET", "REQUEST", "REUSE"])),
                        name="thread_subject_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["OPEN", "CLOSED"])), name="thread_state_known"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="post",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="posts", to="participation.thread"
            ),
        ),
        migrations.CreateModel(
            name="ParticipationEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("name", models.CharField(max_length=48)),
                ("source", models.CharField(blank=True, max_length=24)),
                ("target", models.CharField(blank=True, max_length=24)),
                ("part", models.CharField(max_length=24)),
                ("organisation", models.CharField(blank=True, max_length=12)),
                ("actor_id", models.UUIDField(blank=True, null=True)),
                ("actor_name", models.CharField(max_length=64)),
                ("clause", models.CharField(blank=True, max_length=120)),
                ("words", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                (
                    "bundle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="participation.bundle",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="participation.datarequest",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="participation.planentry",
                    ),
                ),
                (
                    "reuse",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="participation.reuse",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="participation.thread",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Vouching",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement", models.CharField(max_length=500)),
                ("vouched_on", models.DateField()),
                ("clerk", models.UUIDField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouchings",
                        to="participation.association",
                    ),
                ),
                (
                    "reuse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="vouchings", to="participation.reuse"
                    ),
                ),
            ],
            options={
                "ordering": ["-vouched_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AssociationMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.UUIDField(db_index=True)),
                ("name", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="participation.association",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("association", "user_id"), name="association_member_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["FOLLOWING", "ANSWERED", "CONFIRMED"])), name="bundle_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("members_behind__range", (1, 100000))), name="bundle_speaks_for_members"
            ),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "CONFIRMED"), _negated=True),
                    models.Q(("confirmed_at__isnull", False), models.Q(("confirmation", ""), _negated=True)),
                    _connector="OR",
                ),
                name="bundle_confirmed_in_words",
            ),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=django.contrib.postgres.indexes.GinIndex(fields=["found"], name="data_request_found"),
        ),
        migrations.AddIndex(
            model_name="datarequest",
            index=models.Index(fields=["state", "due_on"], name="data_request_clock"),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "SUBMITTED",
                            "FORWARDED",
                            "ACCEPTED",
                            "FULFILLED",
                            "ALREADY_OPEN",
                            "REFUSED",
                            "REJECTED",
                            "WITHDRAWN",
                        ],
                    )
                ),
                name="data_request_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("SUBMITTED", "REJECTED", "WITHDRAWN")),
                    ("state", "ALREADY_OPEN"),
                    models.Q(("owner", ""), _negated=True),
                    _connector="OR",
                ),
                name="data_request_has_a_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("FULFILLED", "ALREADY_OPEN")), _negated=True),
                    models.Q(("dataset", ""), _negated=True),
                    _connector="OR",
                ),
                name="data_request_names_its_dataset",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "REFUSED"), _negated=True),
                    models.Q(models.Q(("ground", ""), _negated=True), models.Q(("answer", ""), _negated=True)),
                    _connector="OR",
                ),
                name="data_request_refusal_has_a_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ACCEPTED"), _negated=True), ("plan__isnull", False), _connector="OR"
                ),
                name="data_request_is_in_the_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="abusereport",
            constraint=models.UniqueConstraint(fields=("post", "reporter"), name="abuse_report_once"),
        ),
        migrations.AddConstraint(
            model_name="abusereport",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["WAITING", "UPHELD", "DISMISSED"])), name="abuse_verdict_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="requestfeedback",
            constraint=models.UniqueConstraint(fields=("request", "person"), name="request_feedback_once"),
        ),
        migrations.AddIndex(
            model_name="requestvote",
            index=models.Index(fields=["voter", "at"], name="request_vote_rate"),
        ),
        migrations.AddConstraint(
            model_name="requestvote",
            constraint=models.UniqueConstraint(fields=("request", "voter"), name="request_vote_once"),
        ),
        migrations.AddConstraint(
            model_name="brokenreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("reuse", "reporter"), name="broken_report_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_official", False), models.Q(("organisation", ""), _negated=True), _connector="OR"
                ),
                name="post_official_has_a_department",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hidden_at__isnull", True), models.Q(("hidden_reason", ""), _negated=True), _connector="OR"
                ),
                name="post_hidden_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="participationevent",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func(
                        models.F("request"),
                        models.F("plan"),
                        models.F("reuse"),
                        models.F("bundle"),
                        models.F("thread"),
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    models.Value(1),
                ),
                name="participation_event_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="vouching",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("reuse", "association"), name="vouching_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="vouching",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), models.Q(("end_reason", ""), _negated=True), _connector="OR"
                ),
                name="vouching_end_says_why",
            ),
        ),
        append_only("participation_participationevent"),
    ]
