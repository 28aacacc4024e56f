from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange_delivery", "0001_deliveries"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="deliverytarget",
            name="delivery_target_kind_known",
        ),
        migrations.AlterField(
            model_name="deliverytarget",
            name="kind",
            field=models.CharField(
                choices=[
                    ("database", "数据库表"),
                    ("folder", "文件夹"),
                    ("sftp", "SFTP 文件夹"),
                    ("node_table", "前置机旁的数据库表"),
                    ("node_folder", "前置机的文件夹"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverytarget",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["database", "folder", "sftp", "node_table", "node_folder"])),
                name="delivery_target_kind_known",
            ),
        ),
    ]
