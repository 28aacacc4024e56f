"""The demo's relief file comes out exactly as dirty as it was made."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from haihe.city import cast
from haihe.city.demo import plant as plant_city
from haihe.city.demo.relief_file import read_truth
from haihe.data.exchange import demo
from haihe.data.exchange.models import FeedRun, Snapshot


@pytest.mark.django_db
def test_the_planted_register_is_accounted_for_to_the_row(now: datetime) -> None:
    plant_city(scale=0.001, now=now)
    shares: list[float] = []
    demo.plant(scale=0.001, now=now, progress=lambda _, share: shares.append(share))
    truth = read_truth(Path(settings.HAIHE.data_dir) / cast.RELIEF_FILE)
    run = FeedRun.objects.get()
    summary_rows = truth.kinds.get("summary_row", 0)
    assert run.state == "PUBLISHED"
    assert (run.encoding, run.encoding_confidence) == ("gb18030", 1.0)
    assert run.rows_accepted == truth.good_rows
    assert run.rows_rejected == truth.refused_rows + summary_rows
    assert run.blank_lines == truth.kinds["blank_line"] + truth.kinds["separators_only"]
    assert run.reasons == {
        "DUPLICATE": truth.kinds["duplicate_row"],
        "BAD_DATE": truth.kinds["impossible_date"],
        "MISSING": truth.kinds["missing_field"],
        "WRONG_COLUMN_COUNT": truth.kinds["short_row"],
        "STRAY_QUOTE": truth.kinds["stray_quote"],
        "ID_NUMBER_CHECK_DIGIT": truth.kinds["wrong_check_digit"],
        "SUMMARY_ROW": summary_rows,
    }
    assert shares[0] == 0
    assert shares[-1] == 1

    demo.plant(scale=0.001, now=now + timedelta(hours=1))
    assert Snapshot.objects.count() == 1
    demo.plant(scale=0.001, now=now + timedelta(days=2))
    assert Snapshot.objects.count() == 2
