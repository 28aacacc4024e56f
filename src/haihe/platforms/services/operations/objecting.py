"""Anybody may object to what is under public notice; who examines it answers, in words that the objector reads.

行政许可法 第36条, 第46条: whoever is concerned is heard before it is decided.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor
from haihe.base.keys import api as keys
from haihe.base.processes import api as processes
from haihe.kernel.process.state import State
from haihe.platforms.services.errors import CaseNotFound, InputRefused, NotNow
from haihe.platforms.services.models import Case, NoticeObjection, ObjectionChannel, PublicNotice
from haihe.platforms.services.operations.finishing import commanded
from haihe.platforms.services.operations.moving import follow, lock_unseen
from haihe.platforms.services.operations.noticing import NOTICE, OBJECTION, running_notice
from haihe.platforms.services.parties import is_applicant
from haihe.platforms.services.telling import tell_objection

SHORTEST: Final = 10
LONGEST: Final = 1000
_LONGEST_NAME: Final = 40
_LONGEST_CONTACT: Final = 60
_PER_ADDRESS: Final = 5
_PER_NOTICE: Final = 200
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody objects; name and contact may be left out."""

    text: str
    name: str = ""
    contact: str = ""


@transaction.atomic
def object_to(*, actor: Actor, number: str, said: Said, address: str, now: datetime) -> UUID:
    """Take in an objection to a running notice and tell its case; return the key by which its answer is read.

    Raises: CaseNotFound where there is no such notice; NotNow, InputRefused.
    """
    notice = PublicNotice.objects.filter(number=number).select_related("case").first()
    case = lock_unseen(notice.case.number) if notice else None
    if notice is None or case is None:
        raise CaseNotFound
    running = running_notice(case)
    if running is None or running != notice or running.ends_at <= now:
        raise NotNow(_("公示已经结束，不再接收异议。对决定不服的，可以依法申请行政复议。"))
    if is_applicant(actor, case):
        raise NotNow(_("这是您自己的申请。要补充或者撤回的，请在“我的办件”里办理。"))
    _check(said)
    address_key = _address_key(address)
    _check_number_of(notice, address_key, now)
    key = _keep(notice, said, ObjectionChannel.PAGE, address_key, now)
    _let_process_hear(case, now)
    tell_objection(case, key, now=now)
    return key


def note_objection(case: Case, text: str, *, now: datetime) -> None:
    """Keep what a clerk writes down of an objection that came in otherwise, if the case is under notice."""
    notice = running_notice(case)
    if notice is not None:
        _keep(notice, Said(text), ObjectionChannel.WINDOW, "", now)


def open_objections(case: Case) -> bool:
    """Say whether somebody waits for an answer."""
    return NoticeObjection.objects.filter(notice__case=case, answered_at=None).exists()


def answer_objections(case: Case, answer: str, *, actor: Actor, now: datetime) -> None:
    """Answer all that were not answered yet, as their examination ends."""
    unanswered = NoticeObjection.objects.filter(notice__case=case, answered_at=None)
    unanswered.update(answered_at=now, answered_name=actor.name, answer=answer)


def said_in(objection: NoticeObjection) -> Said:
    """Open what was objected, for those who examine it; never to log."""
    context = _context(objection.key)
    return Said(**json.loads(keys.keyring().open(bytes(objection.sealed), context=context)))


def _check(said: Said) -> None:
    if not SHORTEST <= len(said.text.strip()) <= LONGEST:
        raise InputRefused("text", _("请写明对哪一点有异议、为什么，10 到 1000 个字。"))
    if len(said.name) > _LONGEST_NAME or len(said.contact) > _LONGEST_CONTACT:
        raise InputRefused("contact", _("姓名或者联系方式太长。"))


def _check_number_of(notice: PublicNotice, address_key: str, now: datetime) -> None:
    lately = NoticeObjection.objects.filter(address_key=address_key, made_at__gt=now - _DAY)
    of_this = NoticeObjection.objects.filter(notice=notice, channel=ObjectionChannel.PAGE)
    if lately.count() >= _PER_ADDRESS or of_this.count() >= _PER_NOTICE:
        raise NotNow(_("从这里提交的异议太多。请明天再试，或者直接向办理单位提出。"))


def _keep(notice: PublicNotice, said: Said, channel: ObjectionChannel, address_key: str, now: datetime) -> UUID:
    key = uuid4()
    told = {"text": said.text.strip(), "name": said.name.strip(), "contact": said.contact.strip()}
    sealed = keys.keyring().seal(json.dumps(told, ensure_ascii=False).encode(), context=_context(key))
    NoticeObjection.objects.create(
        key=key, notice=notice, channel=channel, sealed=sealed, address_key=address_key, made_at=now
    )
    return key


def _let_process_hear(case: Case, now: datetime) -> None:
    """Lead the process on by the first objection; others are examined together with it."""
    state = processes.state_of(case.process_case_id) if case.process_case_id else None
    if state is None or not any(token.step == NOTICE for token in state.tokens):
        return

    def heard(pk: UUID) -> State:
        return processes.hear(pk, OBJECTION, actor=SYSTEM, now=now, tell=False)

    follow(case, commanded(heard, case), actor=SYSTEM, now=now, facts={"event": OBJECTION, "note": ""})


def _context(key: UUID) -> str:
    return f"notice-objection:{key}"


def _address_key(address: str) -> str:
    return salted_hmac("haihe.notice-objection", address, algorithm="sha256").hexdigest()[:32]
