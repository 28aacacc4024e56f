"""The demo has a draft that waits: a sound one, in the hands of somebody else than its author, and only once."""

import pytest

from haihe.city.testing import load_departments
from haihe.platforms.services.forms.testing import actor
from haihe.platforms.services.items import demo, draft_pages
from haihe.platforms.services.items.models import ItemDraft
from haihe.platforms.services.items.operations import load_items, move_draft
from haihe.platforms.services.items.testing import NOW
from haihe.platforms.services.items.workflow import DraftState

pytestmark = pytest.mark.django_db


def test_a_draft_waits_for_the_approver_who_can_approve_it() -> None:
    load_departments()
    load_items()
    actor("steward_gjj")
    for _ in range(2):
        demo.plant(scale=0.01, now=NOW, progress=lambda _what, _share: None)
    draft = ItemDraft.objects.get(slug=demo.SLUG)
    page = draft_pages.draft_page(actor("approver_gjj"), draft)
    assert {move.name for move in page.moves} == {"approve", "return"}
    assert [table.title for table in page.changes] == ["基本信息", "受理条件", "常见问题"]
    move_draft(actor=actor("approver_gjj"), draft=draft.pk, name="approve", now=NOW)
    assert ItemDraft.objects.get(pk=draft.pk).state == DraftState.APPROVED
