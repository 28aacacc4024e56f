"""A run may wait for a decision."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0005_formats_and_sources"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="feedrun",
            name="feed_run_state_known",
        ),
        migrations.AlterField(
            model_name="feedrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("RECEIVED", "已收到"),
                    ("READING", "读取中"),
                    ("CHECKED", "已检查"),
                    ("HELD", "待决定"),
                    ("PUBLISHED", "已发布"),
                    ("REJECTED", "未采用"),
                    ("FAILED", "处理失败"),
                ],
                default="RECEIVED",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="feedrunmove",
            name="target",
            field=models.CharField(
                choices=[
                    ("RECEIVED", "已收到"),
                    ("READING", "读取中"),
                    ("CHECKED", "已检查"),
                    ("HELD", "待决定"),
                    ("PUBLISHED", "已发布"),
                    ("REJECTED", "未采用"),
                    ("FAILED", "处理失败"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="feedrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["RECEIVED", "READING", "CHECKED", "HELD", "PUBLISHED", "REJECTED", "FAILED"])
                ),
                name="feed_run_state_known",
            ),
        ),
    ]
