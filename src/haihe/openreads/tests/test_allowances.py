"""Who asks too much is told so, and when they may ask again; others don't feel it."""

from pathlib import Path

from haihe.openreads.testing import Served, dataset_row, key_row, version_row

ROWS = "/open/v1/datasets/hospitals/rows?limit=1"


def test_a_key_has_its_quota_of_a_day(open_folder: Path) -> None:
    with Served(open_folder) as served:
        served.publish([dataset_row()], [version_row(version="2")], [key_row("small", quota_per_day=2)])
        first = served.get(ROWS, key="small")
        assert first.headers["ratelimit-policy"] == '"day";q=2;w=86400, "second";q=100000;w=1'
        assert first.headers["ratelimit"] == '"day";r=1;t=43200'
        assert served.get(ROWS, key="small").status == 200
        refused = served.get(ROWS, key="small")
        assert (refused.status, refused.json["type"]) == (429, "urn:haihe:problem:quota-exceeded")
        assert refused.headers["retry-after"] == "43200"
        assert served.get(ROWS).status == 200
        served.now += 43_200
        assert served.get(ROWS, key="small").status == 200
