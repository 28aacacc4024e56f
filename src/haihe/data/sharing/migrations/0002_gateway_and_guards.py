"""The gateway's face of sharing (three views, one notification), and what holds whatever a program does."""

from pathlib import Path

from django.db import migrations

from haihe.base.history.api import append_only

_FORWARD = (Path(__file__).parents[1] / "schema.sql").read_text(encoding="utf-8")
_BACKWARD = """
DROP VIEW gateway_client, gateway_service, gateway_grant;
DROP TRIGGER tell_gateway ON sharing_client;
DROP TRIGGER tell_gateway ON sharing_service;
DROP TRIGGER tell_gateway ON sharing_grant;
DROP TRIGGER rests_on_request ON sharing_grant;
DROP TRIGGER stays_decided ON sharing_sharingrequest;
ALTER TABLE sharing_service DROP CONSTRAINT service_default_claim_is_one_of_them;
DROP FUNCTION sharing_tell_gateway, sharing_grant_rests_on_request, sharing_stays_decided;
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD), append_only("sharing_sharingevent")]
