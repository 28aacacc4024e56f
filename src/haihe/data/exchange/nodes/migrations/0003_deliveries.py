from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange_nodes", "0002_dispatch"),
    ]

    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="delivery",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="heard_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="receipt",
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="slip",
            field=models.BinaryField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="trouble",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="node",
            name="trouble",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["node"], name="dispatch_open"),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("delivery", ""), _negated=True), ("heard_at", None)),
                fields=("delivery",),
                name="dispatch_once_per_delivery",
            ),
        ),
    ]
