import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent


class Role(models.TextChoices):
    """What a person does in an organisation; the citizen belongs to none."""

    CITIZEN = "CITIZEN", _("市民")
    CLERK = "CLERK", _("窗口人员")
    STEWARD = "STEWARD", _("数据专员")
    APPROVER = "APPROVER", _("审批人")
    OPERATOR = "OPERATOR", _("大数据中心管理员")
    AUDITOR = "AUDITOR", _("审计员")
    DISPATCHER = "DISPATCHER", _("调度员")
    FIELD_WORKER = "FIELD_WORKER", _("基层工作人员")
    ASSOCIATION = "ASSOCIATION", _("协会工作人员")


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. Identity numbers are kept keyed and sealed, never plain."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    subject_key = models.BinaryField(max_length=16, null=True, blank=True, unique=True)
    sealed_id_number = models.BinaryField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one user in one organisation (by its code: organisations live a storey higher)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.CharField(max_length=12, blank=True)
    role = models.CharField(max_length=16, choices=Role)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="membership_term"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} @ {self.organisation or '-'}"


class AccountEvent(HistoryEvent):
    """One change of an account: opened, closed, given or deprived of a role, given a password."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")

    objects: ClassVar[models.Manager["AccountEvent"]] = models.Manager()


class FailedSignIn(models.Model):
    """One wrong password (or one being checked). Both keys are keyed hashes; see `sign_in.py`."""

    name_key = models.CharField(max_length=32)
    address_key = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name_key", "at"], name="failed_sign_in_name"),
            models.Index(fields=["address_key", "at"], name="failed_sign_in_address"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
