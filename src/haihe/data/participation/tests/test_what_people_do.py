"""Votes, bundles, the plan, the showcase and discussions, one behaviour each."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from haihe.base.accounts.api import NotPermitted
from haihe.base.notices.models import Notice
from haihe.base.outbox.models import Event
from haihe.data.participation import api, operations, queries
from haihe.data.participation.errors import InputRefused, NotFound, NotNow, TooMany
from haihe.data.participation.limits import PER_HOUR
from haihe.data.participation.models import (
    Association,
    BrokenReport,
    Bundle,
    PlanEntry,
    Post,
    RequestFeedback,
    Reuse,
    Thread,
    Vouching,
)
from haihe.data.participation.subjects import subjects_for
from haihe.data.participation.tests.conftest import (
    NOW,
    address,
    asked,
    browser,
    forwarded,
    move,
    new_reuse,
    person,
    request_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]
DUE = date(2026, 12, 20)


def test_one_person_votes_once_may_take_it_back_and_not_for_their_own() -> None:
    number = forwarded("liu")
    for _again in range(2):
        operations.vote(actor=person("zhang"), number=number, now=NOW)
    assert request_of(number).votes == 1
    for _again in range(2):
        operations.unvote(actor=person("zhang"), number=number)
    assert request_of(number).votes == 0
    with pytest.raises(NotPermitted):
        operations.vote(actor=person("liu"), number=number, now=NOW)
    move("approver_mzj", number, "refuse", ground="PERSONAL", words="含有个人信息")
    with pytest.raises(NotNow):
        operations.vote(actor=person("zhang"), number=number, now=NOW)


def test_a_refusal_is_the_approvers_and_takes_a_ground_and_words() -> None:
    number = forwarded()
    with pytest.raises(NotPermitted):
        move("steward_mzj", number, "refuse", ground="PERSONAL", words="x")
    for ground, words in (("PERSONAL", ""), ("BECAUSE", "x")):
        with pytest.raises(InputRefused):
            move("approver_mzj", number, "refuse", ground=ground, words=words)
    move("approver_mzj", number, "refuse", ground="STATE_SECRET", words="涉密")
    assert "保守国家秘密法" in browser("").get(address("request", number)).content.decode()


def test_only_who_wanted_it_says_whether_it_helped_once_and_may_say_otherwise(published: str) -> None:
    number = forwarded("liu")
    operations.vote(actor=person("zhang"), number=number, now=NOW)
    with pytest.raises(NotNow):
        operations.say_whether_it_helped(actor=person("liu"), number=number, helped=True, words="", now=NOW)
    move("steward_mzj", number, "point", dataset="canteens")
    for username, helped in (("liu", True), ("zhang", True), ("zhang", False)):
        operations.say_whether_it_helped(actor=person(username), number=number, helped=helped, words="", now=NOW)
    with pytest.raises(NotPermitted):
        operations.say_whether_it_helped(actor=person("wang"), number=number, helped=True, words="", now=NOW)
    assert sorted(RequestFeedback.objects.values_list("helped", flat=True)) == [False, True]


def test_pointing_takes_a_dataset_that_is_open(published: str) -> None:
    number = forwarded()
    for slug in ("", "nothing", "x" * 200):
        with pytest.raises(InputRefused):
            move("steward_mzj", number, "point", dataset=slug)


def test_a_dropped_entry_refuses_the_requests_behind_it_and_a_postponed_one_keeps_its_first_promise() -> None:
    number = forwarded()
    move("steward_mzj", number, "accept", due_on=DUE)
    entry = PlanEntry.objects.get()
    approver = person("approver_mzj")
    with pytest.raises(InputRefused):
        operations.move_entry(actor=approver, pk=entry.pk, name="postpone", words="", due_on=DUE, now=NOW)
    with pytest.raises(InputRefused):
        operations.move_entry(actor=approver, pk=entry.pk, name="postpone", words="晚些", due_on=DUE, now=NOW)
    later = DUE + timedelta(days=30)
    operations.move_entry(actor=approver, pk=entry.pk, name="postpone", words="晚些", due_on=later, now=NOW)
    entry.refresh_from_db()
    assert (entry.promised_on, entry.due_on, entry.state) == (DUE, later, "POSTPONED")
    operations.move_entry(actor=approver, pk=entry.pk, name="drop", words="重复", ground="NOT_HELD", now=NOW)
    row = request_of(number)
    assert (row.state, row.ground, row.answer) == ("REFUSED", "NOT_HELD", "重复")


def test_on_time_counts_by_the_first_promise(published: str) -> None:
    steward = person("steward_mzj")
    for title, due, published_on in (("按时", DUE, DUE), ("晚了", DUE, DUE + timedelta(days=1)), ("还早", DUE, None)):
        pk = operations.add_entry(actor=steward, owner="120012", title=title, code="", due_on=due, now=NOW)
        if published_on:
            operations.move_entry(actor=steward, pk=pk, name="publish", dataset="canteens", now=NOW)
            PlanEntry.objects.filter(pk=pk).update(published_on=published_on)
    figures = queries.plan_figures(2026, NOW.date())["120012"]
    assert (figures.total, figures.due, figures.kept, figures.share) == (3, 2, 1, 50)
    assert queries.plan_figures(2026, DUE + timedelta(days=9))["120012"].share == 33
    assert queries.plan_figures(2031, NOW.date())[""].share is None


def test_a_link_to_the_catalogue_of_something_open_already_ends_the_entry(published: str) -> None:
    steward = person("steward_mzj")
    pk = operations.add_entry(actor=steward, owner="120012", title="食堂", code="", due_on=DUE, now=NOW)
    with pytest.raises(InputRefused):
        operations.link_entry(actor=steward, pk=pk, code="120007/000001", now=NOW)
    operations.link_entry(actor=steward, pk=pk, code=published, now=NOW)
    assert PlanEntry.objects.get().state == "PUBLISHED"


def test_a_bundle_is_answered_with_its_last_request_and_followed_again_when_one_is_reopened(
    association: Association,
) -> None:
    first, second = forwarded(title="第一项"), forwarded(title="第二项")
    number = operations.bundle(
        actor=person("clerk_xh"),
        code=association.code,
        title="汇集",
        words="都要",
        members_behind=3,
        numbers=[first, second],
        now=NOW,
    )
    move("approver_mzj", first, "refuse", ground="PERSONAL", words="个人信息")
    assert Bundle.objects.get().state == "FOLLOWING"
    move("steward_mzj", second, "accept", due_on=DUE)
    assert Bundle.objects.get().state == "ANSWERED"
    operations.confirm(actor=person("clerk_xh"), number=number, words="一项列入计划。", now=NOW)
    assert Bundle.objects.get().state == "CONFIRMED"
    move("operator", first, "reopen", words="脱敏后可以")
    assert (Bundle.objects.get().state, Bundle.objects.get().confirmation) == ("FOLLOWING", "")


def test_a_bundle_takes_public_requests_only(association: Association) -> None:
    number = asked("liu")
    for numbers in ([], [number], ["XQ-1"]):
        with pytest.raises(InputRefused):
            operations.bundle(
                actor=person("clerk_xh"),
                code=association.code,
                title="汇集",
                words="都要",
                members_behind=1,
                numbers=numbers,
                now=NOW,
            )
    assert not Bundle.objects.exists()


def test_an_association_sees_masked_names_and_members_come_and_go(association: Association) -> None:
    operations.join(actor=person("liu"), code=association.code, now=NOW)
    assert [member.name for member in association.members.all()] == ["刘*远"]
    operations.leave(actor=person("liu"), code=association.code, now=NOW)
    assert not association.members.filter(left_at=None).exists()
    operations.join(actor=person("liu"), code=association.code, now=NOW)
    operations.remove_member(
        actor=person("clerk_xh"), code=association.code, member=association.members.get().pk, now=NOW
    )
    with pytest.raises(NotFound):
        operations.remove_member(actor=person("clerk_xh"), code=association.code, member=0, now=NOW)


def test_a_changed_reuse_is_looked_at_again(published: str) -> None:
    pk = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    operations.move_reuse(actor=person("operator"), pk=pk, name="publish", words="", now=NOW)
    operations.revise_reuse(actor=person("liu"), pk=pk, new=new_reuse(title="换成广告"), now=NOW)
    assert Reuse.objects.get().state == "SUBMITTED"
    assert browser("").get(address("reuse", pk)).status_code == 404
    for changed in ({"kind": "WEAPON"}, {"datasets": ()}, {"datasets": ("nothing",)}, {"address": "http://x.cn"}):
        with pytest.raises(InputRefused):
            operations.revise_reuse(actor=person("liu"), pk=pk, new=new_reuse(**changed), now=NOW)


def test_vouching_is_an_associations_and_may_be_taken_back(published: str, association: Association) -> None:
    pk = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    clerk = person("clerk_xh")
    with pytest.raises(NotFound):
        operations.vouch(actor=clerk, pk=pk, statement="好", now=NOW)
    operations.move_reuse(actor=person("operator"), pk=pk, name="publish", words="", now=NOW)
    with pytest.raises(NotPermitted):
        operations.vouch(actor=person("zhang"), pk=pk, statement="好", now=NOW)
    operations.vouch(actor=clerk, pk=pk, statement="好", now=NOW)
    with pytest.raises(InputRefused):
        operations.vouch(actor=clerk, pk=pk, statement="更好", now=NOW)
    operations.end_vouching(actor=clerk, vouching=Reuse.objects.get().vouchings.get().pk, reason="不再更新", now=NOW)
    assert "不再更新" in browser("").get(address("reuse", pk)).content.decode()
    assert not queries.shown_reuses(vouched=True).exists()


def test_what_was_said_of_a_reuse_ends_when_its_author_changes_it(published: str, association: Association) -> None:
    pk = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    operator, clerk = person("operator"), person("clerk_xh")
    operations.move_reuse(actor=operator, pk=pk, name="publish", words="", now=NOW)
    operations.vouch(actor=clerk, pk=pk, statement="好", now=NOW)
    about = {"name": "养老协会", "trade": "养老", "about": "会员是养老机构。", "since": NOW.date()}
    another = Association.objects.create(code="XH9999", **about)
    Vouching.objects.create(reuse_id=pk, association=another, statement="也好", vouched_on=NOW.date())
    operations.revise_reuse(actor=person("liu"), pk=pk, new=new_reuse(title="换成广告"), now=NOW)
    told = Notice.objects.filter(facts__move="outdate")
    assert set(told.values_list("organisation", flat=True)) == {association.code, another.code}
    operations.move_reuse(actor=operator, pk=pk, name="publish", words="", now=NOW)
    assert not queries.shown_reuses(vouched=True).exists()
    page = browser("").get(address("reuse", pk)).content.decode()
    assert "可以重新背书" in page
    english = browser("")
    english.cookies["haihe_language"] = "en"
    assert "may vouch for it again" in english.get(address("reuse", pk)).content.decode()
    assert "原来的背书不再有效" in page
    assert "原来的背书不再有效" in browser("clerk_xh").get(reverse("notices:inbox")).content.decode()
    operations.vouch(actor=clerk, pk=pk, statement="还是好", now=NOW)
    assert queries.shown_reuses(vouched=True).exists()


def test_a_broken_reuse_is_reported_once_each_and_marked(published: str) -> None:
    pk = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    operations.move_reuse(actor=person("operator"), pk=pk, name="publish", words="", now=NOW)
    operations.report_broken(actor=person("zhang"), pk=pk, words="打不开", now=NOW)
    with pytest.raises(InputRefused):
        operations.report_broken(actor=person("zhang"), pk=pk, words="还是打不开", now=NOW)
    operations.move_reuse(actor=person("operator"), pk=pk, name="mark_broken", words="核实打不开", now=NOW)
    assert not BrokenReport.objects.filter(closed_at=None).exists()
    assert "打不开了" in browser("").get(address("reuse", pk)).content.decode()


def test_a_departments_word_is_official_and_what_is_hidden_leaves_a_trace(published: str) -> None:
    pk = operations.start_thread(
        actor=person("liu"), subject="DATASET", about="canteens", title="餐位怎么数", body="含外带吗？", now=NOW
    )
    operations.answer_thread(actor=person("outsider"), pk=pk, body="来推销一下。", now=NOW)
    operations.answer_thread(actor=person("steward_mzj"), pk=pk, body="不含。", now=NOW)
    asker, other, office = Thread.objects.get().posts.all()
    assert [(p.is_official, p.organisation) for p in (asker, other, office)] == [
        (False, ""),
        (False, ""),
        (True, "120012"),
    ]
    assert asker.author_name == "刘*远"
    operations.report_post(actor=person("zhang"), post=other.pk, words="广告", now=NOW)
    operations.hide_post(actor=person("operator"), post=other.pk, reason="广告", now=NOW)
    page = browser("").get(address("thread", pk)).content.decode()
    assert "来推销" not in page
    assert "已被数据中心隐藏" in page
    assert "官方答复" in page
    assert "来推销" in browser("operator").get(address("thread", pk)).content.decode()
    operations.close_thread(actor=person("liu"), pk=pk, now=NOW)
    with pytest.raises(NotNow):
        operations.answer_thread(actor=person("zhang"), pk=pk, body="再问", now=NOW)


def test_a_hidden_question_is_listed_nowhere(published: str) -> None:
    operations.start_thread(
        actor=person("liu"), subject="DATASET", about="canteens", title="不当标题", body="不当内容", now=NOW
    )
    assert "不当标题" in browser("").get(address("threads")).content.decode()
    operations.hide_post(actor=person("operator"), post=Post.objects.get().pk, reason="不当", now=NOW)
    for path in (address("threads"), "/open/datasets/canteens/"):
        assert "不当标题" not in browser("").get(path).content.decode()


def test_whoever_writes_too_fast_is_told_to_wait() -> None:
    for place in range(PER_HOUR["request"]):
        asked("liu", title=f"需求{place}")
    with pytest.raises(TooMany):
        asked("liu", title="再来一个")
    asked("zhang", title="别人不受影响")


def test_a_stranger_sees_why_a_request_was_handed_back_and_nobodys_name() -> None:
    number = forwarded()
    move("steward_mzj", number, "hand_back", words="餐位数由市商务局登记。")
    listed = browser("").get(address("requests")).content.decode()
    page = browser("").get(address("request", number)).content.decode()
    for shown in (listed, page):
        assert "部门退回，待转办" in shown
        assert "社区食堂餐位" in shown
    assert "餐位数由市商务局登记。" in page
    assert "还没有公开" not in page
    for name in ("刘志远", "孙丽华"):
        assert name not in page
    assert browser("zhang").post(address("vote", number)).status_code == 302
    assert request_of(number).votes == 1
    assert "社区食堂餐位" in browser("operator").get(address("moderation")).content.decode()

    move("operator", number, "forward", owner="120023")
    page = browser("").get(address("request", number)).content.decode()
    assert "部门办理中" in page
    assert (request_of(number).owner, request_of(number).answer) == ("120023", "")


def test_personal_data_in_the_reason_are_refused_and_one_not_let_through_stays_hidden() -> None:
    number = forwarded()
    with pytest.raises(InputRefused):
        move("steward_mzj", number, "hand_back", words="请联系13812345678")
    assert request_of(number).state == "FORWARDED"
    hidden = asked("zhang", title="还没有审核的需求")
    assert browser("").get(address("request", hidden)).status_code == 404
    assert "还没有审核的需求" not in browser("").get(address("requests")).content.decode()


def test_who_is_pointed_to_a_dataset_isnt_told_the_reason_for_handing_back(published: str) -> None:
    number = forwarded()
    move("steward_mzj", number, "hand_back", words="不归本部门")
    move("operator", number, "point", dataset="canteens")
    assert (request_of(number).state, request_of(number).answer) == ("ALREADY_OPEN", "")


def test_a_desk_hears_once_of_one_persons_no(published: str) -> None:
    number = forwarded("liu")
    move("steward_mzj", number, "point", dataset="canteens")
    for minute, helped in enumerate((False, False, True, False)):
        operations.say_whether_it_helped(
            actor=person("liu"), number=number, helped=helped, words="", now=NOW + timedelta(minutes=minute)
        )
    told = Notice.objects.filter(facts__move="not_helped")
    assert told.filter(role="OPERATOR").count() == 2  # the first no, and the one after a yes


def test_all_feedback_is_counted_though_the_newest_is_shown(published: str) -> None:
    number = forwarded("liu")
    move("steward_mzj", number, "point", dataset="canteens")
    row = request_of(number)
    RequestFeedback.objects.bulk_create(
        RequestFeedback(request=row, person=uuid.uuid4(), person_name="王*", helped=n % 2 == 0, at=NOW)
        for n in range(60)
    )
    assert "60 人反馈，30 人说帮上了忙" in browser("").get(address("request", number)).content.decode()


def test_a_reuse_is_changed_no_faster_than_somebody_can_look(published: str) -> None:
    pk = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    for place in range(PER_HOUR["reuse"] - 1):
        operations.revise_reuse(actor=person("liu"), pk=pk, new=new_reuse(title=f"第{place}版"), now=NOW)
    with pytest.raises(TooMany):
        operations.revise_reuse(actor=person("liu"), pk=pk, new=new_reuse(), now=NOW)


def test_a_reuse_is_new_once(published: str) -> None:
    pk = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    with pytest.raises(InputRefused):
        operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    for name in ("publish", "mark_broken", "publish"):
        operations.move_reuse(actor=person("operator"), pk=pk, name=name, words="核实过", now=NOW)
    assert Event.objects.filter(topic=api.REUSE_PUBLISHED).count() == 1


def test_what_is_open_already_is_no_promise(published: str) -> None:
    number = forwarded()
    with pytest.raises(InputRefused):
        move("steward_mzj", number, "accept", due_on=DUE, code=published)
    assert not PlanEntry.objects.exists()


def test_a_form_that_is_sent_twice_is_written_once(published: str) -> None:
    told = {"subject": "DATASET", "about": "canteens", "title": "餐位怎么数", "body": "含外带吗？"}
    first, second = (operations.start_thread(actor=person("liu"), **told, now=NOW) for _again in range(2))
    assert first == second
    for _again in range(2):
        operations.answer_thread(actor=person("zhang"), pk=first, body="不含。", now=NOW)
    assert Post.objects.count() == 2
    operations.answer_thread(actor=person("zhang"), pk=first, body="不含。", now=NOW + timedelta(minutes=2))
    assert Post.objects.count() == 3


def test_the_title_of_a_hidden_question_is_hidden_too(published: str) -> None:
    pk = operations.start_thread(
        actor=person("liu"), subject="DATASET", about="canteens", title="不当标题", body="不当内容", now=NOW
    )
    operations.hide_post(actor=person("operator"), post=Post.objects.get().pk, reason="不当", now=NOW)
    assert "不当标题" not in browser("zhang").get(address("thread", pk)).content.decode()
    assert "不当标题" in browser("operator").get(address("thread", pk)).content.decode()


def test_a_long_discussion_has_pages(published: str) -> None:
    pk = operations.start_thread(
        actor=person("liu"), subject="DATASET", about="canteens", title="餐位", body="问", now=NOW
    )
    row = Thread.objects.get(pk=pk)
    Post.objects.bulk_create(
        Post(thread=row, body=f"第{n}句", author=row.author, author_name="刘*远", at=NOW + timedelta(seconds=n))
        for n in range(1, 61)
    )
    page = browser("").get(address("thread", pk)).content.decode()
    assert ("第49句" in page, "第50句" in page) == (True, False)
    assert "第60句" in browser("").get(address("thread", pk), {"page": 2}).content.decode()


def test_a_list_of_discussions_asks_for_its_subjects_in_one_go(
    published: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    number = forwarded("liu")
    wanted = [
        ("DATASET", "canteens"),
        ("DATASET", "nothing"),
        ("REQUEST", number),
        ("REQUEST", "XQ-1"),
        ("PLANET", "x"),
    ]
    reader = person("zhang")
    with django_assert_max_num_queries(2):
        assert set(subjects_for(reader, wanted)) == {wanted[0], wanted[2]}
