"""What each page of the versions shows."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page

from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.records import SnapshotInfo
from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.versions.diffing import Difference
from haihe.data.exchange.versions.forms import AsOfForm, RetentionForm
from haihe.data.exchange.versions.keeping import Retention


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """`found` is what was answered from at `moment`, where one was asked for."""

    register: RegisterSchema
    owner: str
    rows: "Page[Snapshot]"
    as_of: AsOfForm
    moment: datetime | None
    found: SnapshotInfo | None
    retention: Retention
    is_own_retention: bool
    form: RetentionForm | None


@dataclass(frozen=True, slots=True)
class DifferencePage:
    register: RegisterSchema
    before: Snapshot
    after: Snapshot
    told: Difference
