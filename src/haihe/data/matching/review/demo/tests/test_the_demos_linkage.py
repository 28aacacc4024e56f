"""The demo's paper list: made-up errors of real residents' copies, linked, and already looked at by two persons."""

import csv
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from haihe.base.accounts import demo as people
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.city.testing import load_two_streets
from haihe.data.catalogue.testing import NOW
from haihe.data.matching.demo.laying import city_folder
from haihe.data.matching.demo.people import PENG
from haihe.data.matching.linkage.deciding import Decision
from haihe.data.matching.review import places
from haihe.data.matching.review.demo.laying import lay_down
from haihe.data.matching.review.demo.registers import outreach, outreach_file, residents_file
from haihe.data.matching.review.models import LinkageRun

TWICE = 80
"""So many of the district's residents stand there twice: which of the two is meant is for people to say."""
RESIDENTS = """
    SELECT '{district}19' || lpad((50 + n % 50)::VARCHAR, 2, '0') || lpad((1 + n % 12)::VARCHAR, 2, '0')
            || lpad((1 + n % 28)::VARCHAR, 2, '0') || lpad((n // 2 * 2 + 1 + again)::VARCHAR, 3, '0') AS n17,
        ['张', '王', '李', '赵', '陈'][1 + n % 5] || ['伟', '军', '杰', '涛', '明', '超', '刚'][1 + n // 5 % 7]
            || ['建', '国', '志', '文', '海', '林', '云'][1 + n // 35 % 7] AS name,
        '男' AS sex, strptime(n17[7:14], '%Y%m%d')::DATE AS birth_date,
        '154' || lpad((n * 7919)::VARCHAR, 8, '0') AS phone,
        '天津市宁河区芦台街道光辉社区' || (n // 20 + 1) || '号楼' || (n % 4 + 1) || '门' || (n % 6 + 1) || '01'
            AS address,
        '{district}001012' AS division
    FROM range({start}, {end}) t(n), (VALUES (0), (400)) twice(again) WHERE again = 0 OR n % 5 = 0
"""
WEIGHTS = "[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]"
CHECKED = f"""
    n17 || ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][1 + list_sum(list_transform(
        range(1, 18), lambda i: n17[i]::INTEGER * {WEIGHTS}[i]))::INTEGER % 11] AS id_number
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path) -> Path:
    """Write residents of both districts as the city's demo does."""
    (folder / "resident").mkdir(parents=True, exist_ok=True)
    for district, start, end in (("120117", 0, 400), ("120114", 500, 560)):
        made = RESIDENTS.format(district=district, start=start, end=end)
        file = folder / "resident" / f"{district}.parquet"
        duckdb.execute(f"COPY (SELECT {CHECKED}, * EXCLUDE n17 FROM ({made})) TO '{file}' (FORMAT parquet)")
    return folder


def test_the_list_is_the_same_each_time_and_names_no_number(folder: Path) -> None:
    once, again = outreach(folder), outreach(folder)
    assert once == again
    assert once[0].id_number == PENG.id_number
    titles = {
        "number": "登记序号",
        "name": "姓名",
        "sex": "性别",
        "born": "出生日期",
        "phone": "联系电话",
        "address": "住址",
    }
    text = outreach_file(titles, folder=folder).read().decode()
    assert not any(one.id_number in text for one in once)


def test_paper_errs_and_some_on_it_live_elsewhere(folder: Path) -> None:
    titles = {"name": "姓名", "id_number": "证件号码", "phone": "联系电话"}
    residents = residents_file(titles, folder=folder).read().decode().splitlines()
    known = {row["证件号码"]: row for row in csv.DictReader(residents)}
    rows = outreach(folder)
    here = [one for one in rows if one.id_number in known]
    assert 0 < len(rows) - len(here) < len(here)
    assert any(one.values["phone"] != known[one.id_number]["联系电话"] for one in here)
    assert any(one.values["born"] is None for one in here)
    assert sum(one.values["name"] == known[one.id_number]["姓名"] for one in here) > len(here) / 2


@pytest.mark.django_db
def test_it_is_linked_once_and_people_have_begun() -> None:
    load_two_streets()
    people.plant(CAST, now=NOW, keyring=keyring())
    folder = written(city_folder())
    for _ in range(2):
        lay_down(now=NOW)
    run = LinkageRun.objects.get()
    assert (run.state, run.left_rows, run.right_rows) == ("DONE", len(outreach(folder)), 400 + TWICE + 1)
    assert run.pairs.filter(verdicts__isnull=False).exists()
    pairs = pq.read_table(places.result_folder(run) / places.PAIRS).to_pylist()
    # Lines are those of the file, whose first has the titles.
    truth = {place: one.id_number for place, one in enumerate(outreach(folder), 2)}
    order = residents_file({"id_number": "x"}, folder=folder).read().decode().split()[1:]
    links = [one for one in pairs if one["decision"] == Decision.LINK]
    right = sum(truth[one["left"]] == order[one["right"] - 2] for one in links)
    assert right >= 0.9 * len(links) > 0
