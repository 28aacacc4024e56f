from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_roles_in_the_field"),
    ]

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("CITIZEN", "市民"),
                    ("CLERK", "窗口人员"),
                    ("STEWARD", "数据专员"),
                    ("APPROVER", "审批人"),
                    ("OPERATOR", "大数据中心管理员"),
                    ("AUDITOR", "审计员"),
                    ("DISPATCHER", "调度员"),
                    ("FIELD_WORKER", "基层工作人员"),
                    ("ASSOCIATION", "协会工作人员"),
                ],
                max_length=16,
            ),
        ),
    ]
