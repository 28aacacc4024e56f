"""A look trusts a file that was proved and hasn't moved; a run reads it whole, so nothing altered is ever compared."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange import testing as feeding
from haihe.data.matching.builder import preview_of
from haihe.data.matching.definition import read_definition
from haihe.data.matching.drafts import draft_of
from haihe.data.matching.models import MatchRun
from haihe.data.matching.offers import offers_for
from haihe.data.matching.operations.processing import process_run
from haihe.data.matching.operations.running import start_run
from haihe.data.matching.testing import CENTRE, MODEL, PURPOSE, confirmed, feed, permitted

pytestmark = pytest.mark.django_db


def alter(file: Path, *, keeping_its_time: bool) -> None:
    """Turn one byte in the middle of the file; its length stays."""
    before, content = file.stat(), bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o600)
    file.write_bytes(content)
    if keeping_its_time:
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def looked_at() -> str:
    offers = offers_for(CENTRE, PURPOSE, now=NOW)
    return str(preview_of(draft_of(read_definition(MODEL)), offers, organisation=CENTRE, now=NOW).refusal)


def the_file() -> Path:
    table = exchange.open_table(feeding.RELIEF)
    assert table is not None
    return table.file


def test_a_look_sees_that_a_file_was_touched() -> None:
    permitted()
    feed()
    assert looked_at() == ""
    alter(the_file(), keeping_its_time=False)
    assert "校验未通过" in looked_at()


def test_a_run_sees_what_a_look_can_not() -> None:
    permitted()
    feed()
    number = confirmed()
    assert looked_at() == ""
    alter(the_file(), keeping_its_time=True)
    # The file looks as it looked, so a look trusts it …
    assert exchange.open_table(feeding.RELIEF, afresh=False) is not None
    with pytest.raises(exchange.SnapshotDamaged):
        exchange.open_table(feeding.RELIEF)
    # … and the run, which reads it whole, does not.
    run = MatchRun.objects.get(number=start_run(actor=cast_actor("steward_gjj"), number=number, now=timezone.now()))
    process_run(run.id, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.matched) == ("FAILED", 0)
    assert "校验" in run.outcome
