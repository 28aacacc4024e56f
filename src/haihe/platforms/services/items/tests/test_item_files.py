"""An item's file is checked when read; what contradicts itself doesn't start, and the message says what to do."""

import csv
from pathlib import Path

import pytest
from django.utils import translation

from haihe.platforms.services.items import bundles, definition, reading, shelf
from haihe.platforms.services.items.errors import DefinitionError
from haihe.platforms.services.items.kinds import Handling, Kind, Proof
from haihe.platforms.services.items.processes import process_of

TEXT = (shelf.CITY / "120040" / "housing-fund-relief-withdrawal.toml").read_text(encoding="utf-8")
SIMPLE = """
slug = "marriage-registration"
version = 1
code = "120012-QR-0001"
kind = "CONFIRMATION"
authority = "120012"
topics = ["marriage"]
handling = "INSTANT"
in_force_from = 2025-08-01
statutory_days = 0
promised_days = 0
name = { zh = "结婚登记", en = "Marriage registration" }
summary = { zh = "双方到场，当场领证。", en = "Both come, both leave with a certificate." }
form = { sections = ["person"] }

[[legal_basis]]
law = { zh = "《婚姻登记条例》", en = "Regulations on Marriage Registration" }
clause = { zh = "第七条", en = "article 7" }
says = { zh = "符合条件的，当场登记。", en = "Where the conditions are met, registration is immediate." }

[[conditions]]
zh = "双方自愿"
en = "Both are willing"

[[papers]]
slug = "id-card"

[[papers]]
slug = "household-register"
"""


def test_every_item_that_ships_reads_and_survives_the_database() -> None:
    for item in reading.shipped():
        assert definition.from_json(definition.to_json(item)) == item


def departments() -> set[str]:
    """Return the codes of the city's departments."""
    file = Path(shelf.ROOT).parents[2] / "city" / "data" / "departments.csv"
    return {row["code"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())}


def test_every_item_belongs_to_a_department_of_the_city() -> None:
    known = departments()
    assert {item.authority for item in reading.shipped()} <= known
    assert {folder.name for folder in shelf.CITY.iterdir()} <= known


def test_no_two_authorities_number_their_cases_alike() -> None:
    prefixes = [shelf.authority_defaults(folder.name)["case_prefix"] for folder in shelf.CITY.iterdir()]
    assert len(set(prefixes)) == len(prefixes)


def test_what_the_front_page_and_life_events_offer_is_there() -> None:
    known = {item.slug for item in reading.shipped()}
    offered = [slug for companies in (False, True) for slug in shelf.frequent(is_for_companies=companies)]
    led_over = [slug for bundle in bundles.bundles() for slug in bundle.items]
    assert [slug for slug in (*offered, *led_over) if slug not in known] == []


def test_every_item_takes_a_process_that_cases_have() -> None:
    assert {item.process for item in reading.shipped() if process_of(item.process) is None} == set()


def test_where_another_department_speaks_the_item_says_which_of_the_citys() -> None:
    beside = [item for item in reading.shipped() if item.process == "two-departments"]
    assert beside
    assert {item.other_department for item in beside} <= departments()


def test_the_item_of_the_story_needs_an_id_card_only() -> None:
    item = reading.parse(TEXT)
    assert [paper.slug for paper in item.papers if paper.proof != "VERIFY"] == ["id-card"]
    assert item.promised_days <= item.statutory_days == 3


def test_a_simple_item_leaves_out_what_authority_papers_and_kind_settle() -> None:
    item = reading.parse(SIMPLE)
    assert (item.kind, item.handling) == (Kind.CONFIRMATION, Handling.INSTANT)
    assert (item.case_prefix, item.hotline) == ("MZJ", "12345")
    assert "市民政局" in item.place.zh
    assert (item.fee.zh, item.objects.zh, item.result.zh) == ("不收费", "自然人", "确认文书或证件")
    assert [(paper.slug, paper.proof, paper.name.zh) for paper in item.papers] == [
        ("id-card", Proof.SHOW, "身份证"),
        ("household-register", Proof.CERTIFICATE, "户口簿"),
    ]
    assert (item.visits.before, item.visits.window, item.visits.phone) == (2, 1, 0)


def test_a_paper_of_its_own_differs_where_it_says_so() -> None:
    own = 'slug = "household-register"\nproof = "HAND_IN"\nform = "COPY"\ncopies = 2\nwhen = "kind == \'MOVE\'"'
    kind = '{ name = "kind", type = "text", label = { zh = "情形", en = "Case" } }'
    asking = SIMPLE.replace('sections = ["person"]', f'sections = ["person"], fields = [{kind}]')
    paper = reading.parse(asking.replace('slug = "household-register"', own)).paper("household-register")
    assert (paper.proof, paper.copies, paper.name.en) == (Proof.HAND_IN, 2, "Household register")
    assert not paper.is_spared


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("promised_days = 1", "promised_days = 4", "longer than the law"),
        ('handling = "PROMISED"', 'handling = "AT_ONCE"', "AT_ONCE"),
        ('case_prefix = "GJJ"', 'case_prefix = "gjj"', "malformed"),
        ('code = "120040-GG-0009"', 'code = "120012-GG-0009"', "code '120012-GG-0009' is malformed"),
        ("window = 1", "window = 3", "more than before"),
        ("saves_papers = 1", "saves_papers = 2", "one paper at most"),
        ('proof = "VERIFY"', 'proof = "SHOW"', "relief-certificate: proof VERIFY needs"),
        ('slug = "relief-certificate"', 'slug = "id-card"', "share a slug"),
        (
            'slug = "relief-certificate"',
            'slug = "relief-certificate"\nwhen = "__import__()"',
            "relief-certificate: when",
        ),
        ("min_yuan = 1", "min_yuan = 900000", "crossed"),
        ('hotline = "12329"', 'hotline = "12329"\ncolour = "red"', "colour"),
        ('topics = ["housing", "relief"]', 'topics = ["castles"]', "topics: castles"),
        ('topics = ["housing", "relief"]', "topics = []", "topics: none given"),
        ('en = "ID card"', 'en = ""', "a text needs zh and en"),
        ("version = 2", "version = ", "value"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str, complaint: str) -> None:
    assert old in TEXT
    with pytest.raises(DefinitionError, match=complaint):
        reading.parse(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "complaint"),
    [
        ('form = { sections = ["person"] }', "form: sections, fields or both"),
        ('slug = "marriage-registration"', "slug"),
        ('[[papers]]\nslug = "id-card"\n\n[[papers]]\nslug = "household-register"', "papers can't be empty"),
        ('name = { zh = "结婚登记", en = "Marriage registration" }', "name"),
    ],
)
def test_what_a_file_lacks_is_named(old: str, complaint: str) -> None:
    assert old in SIMPLE
    with pytest.raises(DefinitionError, match=complaint):
        reading.parse(SIMPLE.replace(old, "", 1))


def test_texts_speak_the_readers_language() -> None:
    name = reading.parse(TEXT).name
    with translation.override("en"):
        assert str(name) == "Housing-fund withdrawal for families on relief"
    with translation.override("zh-hans"):
        assert str(name) == "低保家庭提取住房公积金"
