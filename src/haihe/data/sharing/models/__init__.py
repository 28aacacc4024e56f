"""Tables of sharing, one file per noun. The rules that hold whatever the program does are constraints and triggers."""

from haihe.data.sharing.models.client import Client
from haihe.data.sharing.models.client_key import ClientKey, KeyKind
from haihe.data.sharing.models.clock_policy import ClockPolicy
from haihe.data.sharing.models.corrected import CorrectedData, CorrectionNotice, DataArrival
from haihe.data.sharing.models.correction import Correction, ReporterKind
from haihe.data.sharing.models.disposal import Disposal, DisposalMethod
from haihe.data.sharing.models.dispute import Decider, Dispute, DisputeAbout, DisputeOutcome
from haihe.data.sharing.models.event import SharingEvent
from haihe.data.sharing.models.grant import Grant
from haihe.data.sharing.models.maintenance import Maintenance
from haihe.data.sharing.models.opening import OpeningApplication
from haihe.data.sharing.models.request import SharingRequest
from haihe.data.sharing.models.score import Score, ScoreRefresh
from haihe.data.sharing.models.service import Service, ServiceKind
from haihe.data.sharing.models.service_stop import ServiceStop
from haihe.data.sharing.models.usage import Destruction, UsageCase, UsageMark, UsageRecord, UsageRetention

__all__ = [
    "Client",
    "ClientKey",
    "ClockPolicy",
    "CorrectedData",
    "Correction",
    "CorrectionNotice",
    "DataArrival",
    "Decider",
    "Destruction",
    "Disposal",
    "DisposalMethod",
    "Dispute",
    "DisputeAbout",
    "DisputeOutcome",
    "Grant",
    "KeyKind",
    "Maintenance",
    "OpeningApplication",
    "ReporterKind",
    "Score",
    "ScoreRefresh",
    "Service",
    "ServiceKind",
    "ServiceStop",
    "SharingEvent",
    "SharingRequest",
    "UsageCase",
    "UsageMark",
    "UsageRecord",
    "UsageRetention",
]
