from haihe.data.participation.models.association import Association, AssociationMember, Bundle
from haihe.data.participation.models.discussion import AbuseReport, Post, Subject, Thread, ThreadState, Verdict
from haihe.data.participation.models.event import ParticipationEvent
from haihe.data.participation.models.plan import PlanEntry
from haihe.data.participation.models.request import DataRequest, RequestFeedback, RequestVote
from haihe.data.participation.models.reuse import BrokenReport, Reuse, ReuseKind, ReusePicture, Vouching

__all__ = [
    "AbuseReport",
    "Association",
    "AssociationMember",
    "BrokenReport",
    "Bundle",
    "DataRequest",
    "ParticipationEvent",
    "PlanEntry",
    "Post",
    "RequestFeedback",
    "RequestVote",
    "Reuse",
    "ReuseKind",
    "ReusePicture",
    "Subject",
    "Thread",
    "ThreadState",
    "Verdict",
    "Vouching",
]
