"""`haihe statistics check` passes while files and ledger agree, and fails where they don't."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from haihe.base.ledger.testing import tamper
from haihe.cli import main
from haihe.data.open import operations
from haihe.data.open.statistics.operations import seal_days
from haihe.data.open.tests.conftest import NOW, canteens, lake
from haihe.data.open.tests.test_opening_a_dataset import published

__all__ = ["canteens", "lake", "published"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def test_it_passes_until_a_file_is_not_the_one_in_the_ledger() -> None:
    operations.count_visit("canteens", on=timezone.localdate(NOW))
    seal_days(now=NOW + timedelta(days=1))
    good = CliRunner().invoke(main, ["statistics", "check"])
    assert (good.exit_code, "1 days, 1 digests in the ledger" in good.output) == (0, True)
    tamper("UPDATE open_statistics_dailyfigures SET text = replace(text, %s, %s)", '"count":1', '"count":9')
    bad = CliRunner().invoke(main, ["statistics", "check"])
    assert (bad.exit_code, "isn't the one that was sealed" in bad.output) == (1, True)
