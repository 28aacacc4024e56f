from django.db import migrations, models
from django.db.models import Q

NAME_GRANTS = """
UPDATE exchange_delivery_datadelivery AS delivery SET "grant" = plan."grant"
FROM exchange_delivery_deliveryplan AS plan WHERE plan.id = delivery.plan_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("exchange_delivery", "0003_changes_alone"),
    ]

    operations = [
        migrations.AddField(
            model_name="datadelivery",
            name="grant",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="deliveryplan",
            name="accepted",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="deliveryplan",
            name="first_grant",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="deliveryplan",
            name="held",
            field=models.CharField(
                blank=True,
                choices=[("COLUMNS", "列"), ("ROWS", "行的范围")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.RunSQL(NAME_GRANTS, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="datadelivery", name="delivery_once_per_snapshot"),
        migrations.AddConstraint(
            model_name="datadelivery",
            constraint=models.UniqueConstraint(
                condition=Q(kind="PUT"),
                fields=("plan", "snapshot", "grant"),
                name="delivery_once_per_grant",
                nulls_distinct=False,
            ),
        ),
    ]
