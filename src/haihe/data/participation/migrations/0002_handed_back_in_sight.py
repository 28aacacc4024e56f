from django.db import migrations, models

STATES = [
    ("SUBMITTED", "待审核"),
    ("FORWARDED", "部门办理中"),
    ("HANDED_BACK", "部门退回，待转办"),
    ("ACCEPTED", "已列入计划"),
    ("FULFILLED", "已经开放"),
    ("ALREADY_OPEN", "本来就已开放"),
    ("REFUSED", "不能开放"),
    ("REJECTED", "未通过审核"),
    ("WITHDRAWN", "已撤回"),
]
# What was handed back before this state was there waits as if it were new; only what was forwarded can have been.
SHOW = """
UPDATE participation_datarequest AS request SET state = 'HANDED_BACK', answer = back.words
FROM (
    SELECT DISTINCT ON (request_id) request_id, words FROM participation_participationevent
    WHERE name = 'hand_back' ORDER BY request_id, id DESC
) AS back
WHERE back.request_id = request.id AND request.state = 'SUBMITTED'
"""
HIDE = "UPDATE participation_datarequest SET state = 'SUBMITTED', answer = '' WHERE state = 'HANDED_BACK'"


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_initial")]
    operations = [
        migrations.RemoveConstraint(model_name="datarequest", name="data_request_has_a_department"),
        migrations.RemoveConstraint(model_name="datarequest", name="data_request_state_known"),
        migrations.AlterField(
            model_name="datarequest",
            name="state",
            field=models.CharField(choices=STATES, default="SUBMITTED", max_length=16),
        ),
        migrations.RunSQL(SHOW, HIDE),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _label in STATES])),
                name="data_request_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="datarequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("SUBMITTED", "HANDED_BACK", "REJECTED", "WITHDRAWN")),
                    ("state", "ALREADY_OPEN"),
                    models.Q(("owner", ""), _negated=True),
                    _connector="OR",
                ),
                name="data_request_has_a_department",
            ),
        ),
    ]
