"""What neighbours may use of sharing."""

from haihe.data.sharing.adapters.gateway import gateway_verifier
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound, NotNow, SharingError
from haihe.data.sharing.events import CLIENT_ENABLED, DATA_CORRECTED, GRANT_CHANGED, SERVICE_STARTED
from haihe.data.sharing.needs.standing import SparedPapers, spared_papers
from haihe.data.sharing.operations import (
    IssuedSecret,
    NewService,
    approve_request,
    disable_client,
    enable_client,
    end_key,
    move_correction,
    move_grant,
    move_request,
    open_correction,
    open_service,
    refuse_request,
    register_client,
    request_sharing,
    resume_grant,
    rotate_key,
    suspend_grant,
    terminate_grant,
)
from haihe.data.sharing.operations.requesting import Application
from haihe.data.sharing.operations.scoring import refresh_scoreboard
from haihe.data.sharing.ports import QuestionRefused, SourceUnreachable, VerificationAnswer, Verifier
from haihe.data.sharing.queries.facts import correction, corrections_of, grant, grants_for, service, services
from haihe.data.sharing.records import CorrectionInfo, GrantInfo, ServiceInfo

__all__ = [
    "CLIENT_ENABLED",
    "DATA_CORRECTED",
    "GRANT_CHANGED",
    "SERVICE_STARTED",
    "AlreadyOpen",
    "Application",
    "CorrectionInfo",
    "GrantInfo",
    "InputRefused",
    "IssuedSecret",
    "NewService",
    "NotFound",
    "NotNow",
    "QuestionRefused",
    "ServiceInfo",
    "SharingError",
    "SourceUnreachable",
    "SparedPapers",
    "VerificationAnswer",
    "Verifier",
    "approve_request",
    "correction",
    "corrections_of",
    "disable_client",
    "enable_client",
    "end_key",
    "gateway_verifier",
    "grant",
    "grants_for",
    "move_correction",
    "move_grant",
    "move_request",
    "open_correction",
    "open_service",
    "refresh_scoreboard",
    "refuse_request",
    "register_client",
    "request_sharing",
    "resume_grant",
    "rotate_key",
    "service",
    "services",
    "spared_papers",
    "suspend_grant",
    "terminate_grant",
]
