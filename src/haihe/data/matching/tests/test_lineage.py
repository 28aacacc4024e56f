"""Comparisons stand in the lineage of what they read: for the department that compares, a number for others."""

import pytest
from django.utils import timezone

from haihe.data.matching.lineage import comparisons
from haihe.data.matching.models import MatchModel, MatchModelVersion, MatchRun
from haihe.data.sharing.testing import cast_actor

pytestmark = pytest.mark.django_db


def test_a_run_is_its_departments_to_see() -> None:
    now = timezone.now()
    author = cast_actor("steward_gjj")
    assert author.user_id is not None
    model = MatchModel.objects.create(number="BD-1", organisation="121070", title="保障核对", created_at=now)
    version = MatchModelVersion.objects.create(
        model=model, number=1, text="", written_by=author.user_id, written_name=author.name, written_at=now
    )
    MatchRun.objects.create(
        number="BY-1",
        version=version,
        organisation=next(iter(author.organisations())),
        engine="duckdb",
        asked_name=author.name,
        queued_at=now,
        inputs=[{"name": "relief", "snapshot": "20261123T080000Z-aaaaaaaa"}],
    )
    (knot,), others = comparisons(author, "120012/000001", "20261123T080000Z-aaaaaaaa")
    assert (knot.title, knot.href, others) == ("保障核对", "/matching/runs/BY-1/", 0)
    assert comparisons(cast_actor("steward_mzj"), "120012/000001", "20261123T080000Z-aaaaaaaa") == ([], 1)
    assert comparisons(author, "120012/000001", "20261123T080000Z-bbbbbbbb") == ([], 0)
