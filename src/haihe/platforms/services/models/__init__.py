"""The tables of cases, one file per noun."""

from haihe.platforms.services.models.absence import Absence
from haihe.platforms.services.models.appeal import Appeal
from haihe.platforms.services.models.case import (
    Case,
    CaseCounter,
    CaseEvent,
    CaseParty,
    Channel,
    ProvenBy,
    SubjectKind,
)
from haihe.platforms.services.models.company import Company
from haihe.platforms.services.models.life_event import LifeEvent, LifeEventCase
from haihe.platforms.services.models.notice import NoticeObjection, ObjectionChannel, PublicNotice
from haihe.platforms.services.models.supplement import FormVersion, Supplement
from haihe.platforms.services.models.verification import Ask, AskState, Verification

__all__ = [
    "Absence",
    "Appeal",
    "Ask",
    "AskState",
    "Case",
    "CaseCounter",
    "CaseEvent",
    "CaseParty",
    "Channel",
    "Company",
    "FormVersion",
    "LifeEvent",
    "LifeEventCase",
    "NoticeObjection",
    "ObjectionChannel",
    "ProvenBy",
    "PublicNotice",
    "SubjectKind",
    "Supplement",
    "Verification",
]
