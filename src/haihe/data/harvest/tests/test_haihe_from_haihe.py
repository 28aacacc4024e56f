"""One Haihe harvests another by each of its faces: all that is open comes, and a second run changes nothing."""

from collections.abc import Mapping

import pytest
from django.test import Client

from haihe.base.accounts.api import Actor
from haihe.base.outward.api import Answer
from haihe.data.harvest import operations
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue
from haihe.data.harvest.operations.running import stepping_of
from haihe.data.harvest.tests.conftest import NOW, Adding
from haihe.data.open.faces.tests.conftest import few
from haihe.data.open.models import Dataset

__all__ = ["few"]
SITE = "http://testserver"


class Ourselves:
    """A door that leads into this program."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        got = Client().get(url.removeprefix(SITE), headers=dict(headers or {}))
        return Answer(
            got.status_code, got.getvalue(), url, {name.lower(): value for name, value in got.headers.items()}
        )

    def post(self, url: str, content: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        raise AssertionError("nothing is written by reading")


def harvested(row: RemoteCatalogue, keeper: Actor) -> HarvestRun:
    run = operations.start(actor=keeper, slug=row.slug, is_dry=False, now=NOW)
    stepping = stepping_of(row, Ourselves(), wait=lambda seconds: None, is_dry=False)
    operations.go_on(run.pk, clock=lambda: NOW, stepping=stepping)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("CKAN", ""),
        ("DATA_JSON", "/data.json"),
        *(("DCAT", f"/catalog.{form}") for form in ("ttl", "rdf", "jsonld", "n3")),
    ],
)
def test_all_that_is_open_comes_once(
    kind: str, path: str, centre: None, few: object, add: Adding, keeper: Actor
) -> None:
    row = add(SITE + path, kind)
    first, second = harvested(row, keeper), harvested(row, keeper)
    count = Dataset.objects.filter(state="PUBLISHED").count()
    assert count > 3
    assert (first.state, first.problem, first.new, first.refused, first.is_complete) == ("DONE", "", count, 0, True)
    assert (second.state, second.unchanged, second.changed, second.new, second.gone) == ("DONE", count, 0, 0, 0)
    shown = row.datasets.values_list("title", flat=True)
    assert set(shown) == set(Dataset.objects.filter(state="PUBLISHED").values_list("title", flat=True))
    for one in row.datasets.all():
        assert one.record["landing"].startswith(SITE)
        assert (one.record["publisher"], one.topic) != ("", "")
