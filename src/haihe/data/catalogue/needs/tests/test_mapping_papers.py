"""Items declare their papers, people enter those of others; a person confirms what proves a paper, and that is kept."""

from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.models import Notice
from haihe.city.testing import load_departments
from haihe.data.catalogue.errors import CatalogueError, EntryRefused, NotNow
from haihe.data.catalogue.needs import operations, queries
from haihe.data.catalogue.needs.models import Demand, Needs, NeedsEvent, Paper
from haihe.data.catalogue.needs.records import NeedsEntry, NewNeeds, NewPaper, PaperEntry
from haihe.data.catalogue.testing import NOW, RELIEF, cast_actor, publish_entry

pytestmark = pytest.mark.django_db

CERTIFICATE = NewPaper(code="relief", title="低保证明", asks="今天是否在保")
CARD = NewPaper(code="card", title="身份证", kind="SHOW")
LOAN = NewNeeds(code="loan-relief", title="缓还贷款", organisation="120040", papers=(CARD, CERTIFICATE))
PROVEN = replace(CERTIFICATE, resource=RELIEF, service="relief-status", scope=("on_relief",))


def entered(needs: NewNeeds = LOAN) -> NeedsEntry:
    publish_entry()
    operations.enter_needs(actor=cast_actor("steward_gjj"), needs=needs, now=NOW)
    return found()


def found(code: str = "loan-relief") -> NeedsEntry:
    needs = queries.needs_of(code)
    assert needs is not None
    return needs


def paper(code: str = "relief") -> PaperEntry:
    found_paper = found().paper(code)
    assert found_paper is not None
    return found_paper


def prove(username: str = "steward_gjj", code: str = "relief") -> None:
    operations.prove_paper(
        actor=cast_actor(username),
        code="loan-relief",
        paper=code,
        resource=RELIEF,
        service="relief-status",
        scope=("on_relief",),
        now=NOW,
    )


def test_a_steward_enters_a_list_and_the_same_list_again_changes_nothing() -> None:
    needs = entered()
    assert [each.title for each in needs.papers] == ["身份证", "低保证明"]
    assert not operations.enter_needs(actor=cast_actor("steward_gjj"), needs=LOAN, now=NOW)
    assert NeedsEvent.objects.filter(needs__code="loan-relief").count() == 1


def test_who_confirmed_what_proves_a_paper_is_kept_and_survives_a_change_of_the_list() -> None:
    entered()
    prove()
    confirmed = paper()
    assert (confirmed.resource, confirmed.scope) == (RELIEF, ("on_relief",))
    assert (confirmed.confirmed_name, confirmed.confirmed_at) == (cast_actor("steward_gjj").name, NOW)
    assert confirmed.purpose == "LOAN_RELIEF"
    longer = replace(LOAN, papers=(CERTIFICATE, NewPaper(code="more", title="还款说明")))
    assert operations.enter_needs(actor=cast_actor("steward_gjj"), needs=longer, now=NOW)
    assert paper() == confirmed
    assert found().paper("card") is None
    names = NeedsEvent.objects.filter(needs__code="loan-relief").values_list("name", flat=True)
    assert list(names) == ["enter", "prove", "enter"]


def test_a_confirmation_can_be_taken_back() -> None:
    entered()
    prove()
    taken = {"actor": cast_actor("operator"), "code": "loan-relief", "paper": "relief", "now": NOW}
    operations.unprove_paper(**taken)  # type: ignore[arg-type]  # a table of what is told
    assert (paper().resource, paper().confirmed_at) == ("", None)
    with pytest.raises(NotNow):
        operations.unprove_paper(**taken)  # type: ignore[arg-type]  # a table of what is told


@pytest.mark.parametrize("username", ["steward_mzj", "outsider", "approver_gjj", "clerk_gjj", "auditor", "liu"])
def test_others_neither_enter_nor_confirm(username: str) -> None:
    entered()
    with pytest.raises(NotPermitted):
        operations.enter_needs(actor=cast_actor(username), needs=replace(LOAN, title="别的"), now=NOW)
    with pytest.raises(NotPermitted):
        prove(username)
    with pytest.raises(NotPermitted):
        operations.ask_owner(
            actor=cast_actor(username),
            code="loan-relief",
            paper="relief",
            owner="120011",
            words="需要户籍信息",
            now=NOW,
        )


def test_nobody_takes_anothers_item_over_by_entering_it_as_their_own() -> None:
    entered()
    with pytest.raises(NotPermitted):
        operations.enter_needs(actor=cast_actor("steward_mzj"), needs=replace(LOAN, organisation="120012"), now=NOW)
    assert found().organisation == "120040"


def test_what_an_item_declares_counts_and_what_people_mapped_beyond_it_stays() -> None:
    load_departments()
    publish_entry()
    declared = replace(LOAN, papers=(PROVEN, NewPaper(code="job", title="失业证明")))
    assert operations.declare_needs([declared], now=NOW) == 1
    assert operations.declare_needs([declared], now=NOW) == 0
    assert (paper().is_declared, paper().confirmed_name) == (True, "")
    with pytest.raises(NotNow):
        prove()
    prove(code="job")
    with pytest.raises(NotNow):
        operations.enter_needs(actor=cast_actor("steward_gjj"), needs=LOAN, now=NOW)
    assert operations.declare_needs([replace(declared, title="新名称")], now=NOW) == 1
    assert (paper("job").resource, paper("job").confirmed_name) == (RELIEF, cast_actor("steward_gjj").name)
    # What the item no longer declares is nobody's word any more.
    assert operations.declare_needs([LOAN], now=NOW) == 1
    assert (paper().resource, paper().is_declared) == ("", False)


def test_hundreds_of_lists_of_a_release_are_taken_in_at_once(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    lists = [replace(LOAN, code=f"loan-{number}", papers=(CARD, PROVEN)) for number in range(300)]
    with django_assert_max_num_queries(10):
        assert operations.declare_needs(lists, now=NOW) == 300
    declared = NeedsEvent.objects.filter(name="declare", needs__code__startswith="loan-")
    assert declared.count() == 300
    assert found("loan-7").paper("relief") is not None
    with django_assert_max_num_queries(4):
        assert operations.declare_needs(lists, now=NOW) == 0
    assert operations.declare_needs([*lists[1:], replace(lists[0], title="新名称")], now=NOW) == 1
    assert declared.count() == 301


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Big Letters"}, "code"),
        ({"title": " "}, "title"),
        ({"organisation": "120012", "papers": ()}, "papers"),
        ({"papers": (CERTIFICATE, CERTIFICATE)}, "papers"),
        ({"papers": (replace(CERTIFICATE, title="长" * 101),)}, "papers"),
        ({"papers": (replace(CERTIFICATE, kind="EAT"),)}, "papers"),
        ({"papers": (replace(CERTIFICATE, service="relief-status"),)}, "papers"),
        ({"papers": (replace(CERTIFICATE, purpose="lower"),)}, "purpose"),
        ({"papers": tuple(NewPaper(code=f"p{n}", title=f"材料{n}") for n in range(51))}, "papers"),
    ],
)
def test_a_list_that_cannot_be_is_refused_by_field(change: dict[str, object], field: str) -> None:
    load_departments()
    with pytest.raises(EntryRefused) as refused:
        operations.enter_needs(actor=cast_actor("operator"), needs=replace(LOAN, **change), now=NOW)  # type: ignore[arg-type]  # a table of changes
    assert refused.value.field == field
    assert not Needs.objects.filter(code="loan-relief").exists()


def test_a_resource_must_be_there_for_who_confirms_it() -> None:
    entered()
    with pytest.raises(EntryRefused, match="没有找到"):
        operations.prove_paper(
            actor=cast_actor("steward_gjj"), code="loan-relief", paper="relief", resource="120012/000099", now=NOW
        )
    with pytest.raises(NotNow):
        prove(code="card")
    with pytest.raises(operations.NeedsNotFound):
        prove(code="nothing")


@pytest.mark.parametrize(
    ("title", "asks"),
    [("低保证", ""), ("低保证明（原件）", ""), ("最低生活保障证复印件", ""), ("收入情况承诺", "是不是社会救助对象")],
)
def test_the_search_suggests_the_register_by_any_word_for_it(title: str, asks: str) -> None:
    publish_entry()
    assert [entry.code for entry in queries.suggested(cast_actor("steward_gjj"), title, asks)] == [RELIEF]


def test_a_draft_of_others_is_not_suggested() -> None:
    publish_entry(until="submit")
    assert queries.suggested(cast_actor("steward_gjj"), "低保证") == []


def asked() -> str:
    entered()
    return operations.ask_owner(
        actor=cast_actor("steward_gjj"),
        code="loan-relief",
        paper="relief",
        owner="120012",
        words="需要核验今天是否在保，用于缓还贷款",
        now=NOW,
    )


def test_the_owner_hears_of_a_demand_and_answers_it_once() -> None:
    number = asked()
    assert Notice.objects.filter(role="STEWARD", organisation="120012", kind="catalogue.demand_asked").count() == 1
    with pytest.raises(NotNow):
        operations.ask_owner(
            actor=cast_actor("steward_gjj"),
            code="loan-relief",
            paper="relief",
            owner="120011",
            words="再问一次吧",
            now=NOW,
        )
    told = {"number": number, "words": "已有，请申请", "resource": RELIEF, "now": NOW}
    operations.answer_demand(actor=cast_actor("steward_mzj"), **told)  # type: ignore[arg-type]  # a table of what is told
    demand = paper().demand
    assert demand is not None
    assert (demand.is_open, demand.resource) == (False, RELIEF)
    assert Notice.objects.filter(role="STEWARD", organisation="120040").count() == 1
    with pytest.raises(NotNow):
        operations.answer_demand(actor=cast_actor("steward_mzj"), **told)  # type: ignore[arg-type]  # a table of what is told


@pytest.mark.parametrize("username", ["outsider", "liu", "clerk_gjj"])
def test_a_demand_is_not_there_for_others(username: str) -> None:
    number = asked()
    with pytest.raises(queries.DemandNotFound):
        operations.answer_demand(actor=cast_actor(username), number=number, words="不是我的事", now=NOW)


@pytest.mark.parametrize("username", ["steward_gjj", "operator", "auditor"])
def test_who_may_know_of_a_demand_does_not_answer_for_the_owner(username: str) -> None:
    number = asked()
    with pytest.raises(NotPermitted):
        operations.answer_demand(actor=cast_actor(username), number=number, words="替别人答复", now=NOW)


@pytest.mark.parametrize(
    ("owner", "words"),
    [("120040", "需要核验今天是否在保"), ("120099", "需要核验今天是否在保"), ("120012", "要"), ("120012", "长" * 1001)],
)
def test_a_demand_says_whom_it_asks_and_for_what(owner: str, words: str) -> None:
    entered()
    with pytest.raises(CatalogueError):
        operations.ask_owner(
            actor=cast_actor("steward_gjj"), code="loan-relief", paper="relief", owner=owner, words=words, now=NOW
        )
    assert not Demand.objects.exists()


def test_a_demand_outlives_its_paper() -> None:
    number = asked()
    operations.enter_needs(actor=cast_actor("steward_gjj"), needs=replace(LOAN, papers=(CARD,)), now=NOW)
    assert not Paper.objects.filter(code="relief", needs__code="loan-relief").exists()
    operations.answer_demand(actor=cast_actor("approver_mzj"), number=number, words="不再需要", now=NOW)
    assert Demand.objects.get().state == "ANSWERED"
