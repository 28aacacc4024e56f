"""Every text is hostile: no stored script in any field, no personal data, no address that isn't one."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from haihe.data.participation import operations, texts
from haihe.data.participation.errors import InputRefused
from haihe.data.participation.models import Association, Bundle, DataRequest, PlanEntry, Reuse, Thread
from haihe.data.participation.operations import NewRequest
from haihe.data.participation.pictures import LARGEST_UPLOAD, redrawn
from haihe.data.participation.tests.conftest import NOW, address, browser, forwarded, move, new_reuse, person

EVIL = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
PERSONAL = (
    ("身份证 110101199003070134", "居民身份证号码"),
    ("1１0101-19900307-0134", "居民身份证号码"),
    ("打 138 1234 5678 找我", "手机号码"),
    ("打 138\u200b1234\u200b5678 找我", "手机号码"),
    ("someone.private@example.com", "个人电子邮箱"),
)


@pytest.mark.parametrize("what", PERSONAL, ids=range(len(PERSONAL)))
def test_personal_data_is_refused_with_a_sentence(what: tuple[str, str]) -> None:
    text, kind = what
    with pytest.raises(InputRefused) as refused:
        texts.paragraphs(f"请联系。\n\n{text}", longest=500, label="内容")
    assert kind in refused.value.message
    assert "内容" in refused.value.message


def test_texts_are_kept_plain() -> None:
    kept = texts.paragraphs("  一\u202e二\x00三\ufeff \r\n\r\n\r\n\r\n 四  五", longest=50, label="内容")
    assert kept == "一二三\n\n四 五"
    assert texts.line("一\n二", longest=5, label="标题") == "一 二"
    for wrong in ("", "   ", "\u200b"):
        with pytest.raises(InputRefused):
            texts.line(wrong, longest=5, label="标题")
    with pytest.raises(InputRefused):
        texts.line("一二三四五六", longest=5, label="标题")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.cn/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://user@example.cn/",
        "https://example",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://exa mple.cn/",
        'https://example.cn/"onmouseover=alert(1)',
        "https://example.cn/<script>",
        "https://example.cn\\@evil.cn/",
        "https://example.cn:port/",
        "//example.cn/",
        "https://example.cn/" + "x" * 300,
        "https://example.cn/?tel=13812345678",
    ],
)
def test_only_https_addresses_of_a_named_host(address: str) -> None:
    with pytest.raises(InputRefused):
        texts.https_address(address)


def test_a_good_address_stays_as_typed() -> None:
    good = "https://Map.Example.cn:8443/a-b/c?x=1&y=%E6%B5%B7#top"
    assert texts.https_address(f" {good} ") == good


@pytest.mark.django_db
def test_no_stored_script_on_any_page(published: str, association: Association) -> None:
    """Put it into every field there is, and look at every page as everybody who may act there."""
    evil = EVIL
    liu, clerk, operator = person("liu"), person("clerk_xh"), person("operator")
    Association.objects.update(name=evil, trade=evil, about=evil)
    new = NewRequest(title=evil, words=evil, purpose=evil, beneficiaries=evil, owner="120012")
    number = operations.ask(actor=liu, new=new, now=NOW)
    move("operator", number, "forward", owner="120012", words=evil)
    bundle = operations.bundle(
        actor=clerk, code=association.code, title=evil, words=evil, members_behind=1, numbers=[number], now=NOW
    )
    move("steward_mzj", number, "point", dataset="canteens", words=evil)
    operations.say_whether_it_helped(actor=liu, number=number, helped=False, words=evil, now=NOW)
    operations.confirm(actor=clerk, number=bundle, words=evil, now=NOW)
    due = NOW.date().replace(month=12)
    entry = operations.add_entry(
        actor=person("steward_mzj"), owner="120012", title=evil, code="", due_on=due.replace(day=1), now=NOW
    )
    operations.move_entry(
        actor=person("approver_mzj"), pk=entry, name="postpone", words=evil, due_on=due.replace(day=20), now=NOW
    )
    reuse = operations.show_reuse(actor=liu, new=new_reuse(title=evil, words=evil, team=evil), now=NOW)
    operations.move_reuse(actor=operator, pk=reuse, name="publish", words=evil, now=NOW)
    operations.vouch(actor=clerk, pk=reuse, statement=evil, now=NOW)
    operations.report_broken(actor=liu, pk=reuse, words=evil, now=NOW)
    thread = operations.start_thread(actor=liu, subject="REQUEST", about=number, title=evil, body=evil, now=NOW)
    operations.answer_thread(actor=clerk, pk=thread, body=evil, now=NOW)
    posts = list(Thread.objects.get().posts.all())
    operations.report_post(actor=person("zhang"), post=posts[1].pk, words=evil, now=NOW)
    shown = [address(name) for name in ("requests", "plan", "associations", "reuses", "threads")]
    shown += [
        address("request", number),
        address("bundle", bundle),
        address("plan-entry", entry),
        address("reuse", reuse),
        address("thread", thread),
        address("association", association.code),
        address("requests", q=evil),
        address("new-request", title=evil),
        address("similar", title=evil),
        "/open/datasets/canteens/",
    ]
    at_desks = {
        "operator": [*shown, address("moderation")],
        "clerk_xh": [*shown, address("association-desk")],
        "steward_mzj": [address("answering")],
        "liu": [address("revise-reuse", reuse), "/notices/"],
    }
    for username, paths in at_desks.items():
        client = browser(username)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            _is_tame(answer.content.decode(), path)
    operations.hide_post(actor=operator, post=posts[0].pk, reason=evil, now=NOW)
    _is_tame(browser("").get(address("thread", thread)).content.decode(), "hidden")
    assert (
        DataRequest.objects.count() == Bundle.objects.count() == PlanEntry.objects.count() == Reuse.objects.count() == 1
    )


def _is_tame(page: str, path: str) -> None:
    low = page.lower()
    for sign in ("<script>alert", "<img src=x", "<svg onload", 'href="javascript:', "href='javascript:"):
        assert sign not in low, (path, sign)


@pytest.mark.django_db
def test_what_is_refused_is_shown_again_as_text(published: str) -> None:
    evil = "</textarea><script>alert(1)</script>"
    told = {"title": "x" * 61, "words": evil, "purpose": evil, "beneficiaries": f'"{evil}', "owner": "", "seen": "1"}
    answer = browser("liu").post(address("new-request"), told)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    number = forwarded("liu")
    refused = browser("approver_mzj").post(address("move-request", number, "refuse"), {"words": evil, "ground": "WISH"})
    assert refused.status_code == 422
    assert "请选择法律规定的理由" in refused.content.decode()
    assert "<script>alert" not in refused.content.decode()


def picture_of(kind: str, size: tuple[int, int] = (40, 30), **saved: bytes) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "navy").save(file, kind, **saved)
    return file.getvalue()


def test_pictures_are_drawn_anew_without_what_a_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    drawn = redrawn(picture_of("JPEG", (3000, 1500), exif=exif.tobytes()))
    assert (drawn.width, drawn.height) == (1200, 600)
    assert b"SECRET" not in drawn.data
    hidden = picture_of("PNG") + b"<script>alert(1)</script>"
    assert b"<script>" not in redrawn(hidden).data
    for kind in ("PNG", "WEBP"):
        assert redrawn(picture_of(kind)).data.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + bytes(40),
        picture_of("PNG")[:60],
        picture_of("BMP"),
        picture_of("PNG", (6000, 5000)),
        b"x" * (LARGEST_UPLOAD + 1),
    ],
    ids=["empty", "svg", "gif", "cut", "bmp", "large", "heavy"],
)
def test_what_isnt_a_decent_picture_is_refused(upload: bytes) -> None:
    with pytest.raises(InputRefused):
        redrawn(upload)


@pytest.mark.django_db
def test_a_bad_picture_leaves_no_reuse_behind(published: str) -> None:
    told = {
        "title": "食堂地图",
        "kind": "APP",
        "words": "画在地图上",
        "address": "https://canteens.example.cn/",
        "datasets": ["canteens"],
        "picture": SimpleUploadedFile("x.svg", b"<svg onload='alert(1)'/>", content_type="image/svg+xml"),
    }
    assert browser("liu").post(address("new-reuse"), told).status_code == 422
    assert not Reuse.objects.exists()
