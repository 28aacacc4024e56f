"""The demo city's items: how many there are, that each is whole, and that none is another under a second name."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

import msgspec
import pytest

from haihe.kernel.process import conditions
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items import definition, reading, shelf
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.kinds import Handling, Proof

ITEMS = 483
RICH = 100
OWN = 60
DEPARTMENTS = 42
TODAY = date(2026, 11, 26)
_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")
_ENUMERATED = re.compile(r"第[一二三四五六七八九十百千零]+条")


def _own_fields(item: ItemDefinition) -> frozenset[str]:
    return frozenset(str(field["name"]) for field in item.form.get("fields", []))


def _is_rich(item: ItemDefinition) -> bool:
    """Whether an item has conditions, guidance, papers, questions and a form of its own."""
    has_guidance = len(item.conditions) > 1 and bool(item.checks) and len(item.faq) >= 3
    return has_guidance and any(paper.when for paper in item.papers) and len(_own_fields(item)) >= 3


def _texts(content: object, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield each text of a definition: where it stands, its language, the text."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key in ("zh", "en") and isinstance(value, str):
                yield place, key, value
            yield from _texts(value, f"{place}.{key}")
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content):
            yield from _texts(value, f"{place}[{number}]")


@pytest.fixture(scope="module")
def items() -> tuple[ItemDefinition, ...]:
    return reading.shipped()


def test_the_city_has_its_items(items: tuple[ItemDefinition, ...]) -> None:
    assert len(items) == ITEMS
    assert len({item.authority for item in items}) >= DEPARTMENTS


def test_what_people_use_most_is_worked_out_in_full(items: tuple[ItemDefinition, ...]) -> None:
    rich = [item for item in items if _is_rich(item)]
    assert len(rich) >= RICH
    forms = Counter(_own_fields(item) for item in rich)
    assert [fields for fields, count in forms.items() if count > 1] == []


def test_at_least_sixty_have_conditions_papers_and_a_flow_of_their_own(items: tuple[ItemDefinition, ...]) -> None:
    """Own: word for word shared with no other item. The flow is the process with the steps that the guide tells."""

    def alone(part: Callable[[ItemDefinition], object]) -> set[str]:
        told = {item.slug: msgspec.json.encode(part(item), order="deterministic") for item in items}
        counted = Counter(told.values())
        return {slug for slug, text in told.items() if counted[text] == 1}

    own = alone(lambda item: item.conditions) & alone(lambda item: item.papers)
    own &= alone(lambda item: (item.process, item.steps))
    print(f"items with their own conditions, papers and flow: {len(own)}")
    assert len(own) >= OWN


def test_no_two_items_are_called_alike(items: tuple[ItemDefinition, ...]) -> None:
    for names in ([item.name.zh for item in items], [item.name.en.lower() for item in items]):
        assert [name for name, count in Counter(names).items() if count > 1] == []
    summaries = Counter(item.summary.zh for item in items)
    assert summaries.most_common(1)[0][1] == 1


def test_every_text_is_in_its_language(items: tuple[ItemDefinition, ...]) -> None:
    wrong = []
    for item in items:
        for place, language, text in _texts(definition.to_json(item), item.slug):
            if (language == "en" and _CHINESE.search(text)) or (language == "zh" and _HALF_WIDTH.search(text)):
                wrong.append(f"{place}: {text}")
    assert wrong == []


def test_a_law_is_named_in_full_and_a_clause_is_an_article_or_left_open(items: tuple[ItemDefinition, ...]) -> None:
    for item in items:
        for basis in item.legal_basis:
            assert re.fullmatch(r"《.+》", basis.law.zh), item.slug
            if _ENUMERATED.match(basis.clause.zh):
                assert re.match(r"articles? [0-9]", basis.clause.en), item.slug


def test_promises_keep_within_the_law_and_instant_means_at_once(items: tuple[ItemDefinition, ...]) -> None:
    for item in items:
        assert item.promised_days <= item.statutory_days, item.slug
        assert (item.promised_days == 0) == (item.handling is Handling.INSTANT), item.slug


def test_every_form_works_and_refuses_an_empty_sheet(items: tuple[ItemDefinition, ...]) -> None:
    for item in items:
        form = forms.parse(item.form)
        assert not form.accepts({}, today=TODAY), item.slug
        assert forms.clean(form, {}, today=TODAY).errors, item.slug


def test_every_form_asks_something_of_its_own_but_that_of_the_story(items: tuple[ItemDefinition, ...]) -> None:
    assert [item.slug for item in items if not _own_fields(item)] == []


def test_a_paper_is_asked_for_by_what_the_form_knows(items: tuple[ItemDefinition, ...]) -> None:
    for item in items:
        known = {field.name for field in forms.parse(item.form).fields}
        for paper in item.papers:
            asked = conditions.parse(paper.when).names if paper.when else frozenset()
            assert asked <= known, f"{item.slug}: {paper.slug}"


def test_every_item_runs_a_process_that_there_is(items: tuple[ItemDefinition, ...]) -> None:
    there_are = {file.stem for file in (shelf.ROOT.parent / "processes").glob("*.toml")}
    assert {item.process for item in items} <= there_are
    assert len({item.process for item in items}) >= 8


def test_most_papers_need_not_be_handed_in(items: tuple[ItemDefinition, ...]) -> None:
    papers = [paper for item in items for paper in item.papers]
    assert sum(paper.proof is not Proof.HAND_IN for paper in papers) > 0.7 * len(papers)


def test_every_topic_named_is_one_that_pages_show(items: tuple[ItemDefinition, ...]) -> None:
    assert {topic for item in items for topic in item.topics} <= {topic.slug for topic in shelf.topics()}


def test_people_find_an_item_by_words_of_their_own(items: tuple[ItemDefinition, ...]) -> None:
    for item in items:
        assert len(item.keywords) >= 3, item.slug
        assert any(_CHINESE.search(word) for word in item.keywords), item.slug
