import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class Role(models.TextChoices):
    """What a person does in an organisation; the citizen belongs to none."""

    CITIZEN = "CITIZEN", "市民"
    CLERK = "CLERK", "窗口人员"
    STEWARD = "STEWARD", "数据专员"
    APPROVER = "APPROVER", "审批人"
    OPERATOR = "OPERATOR", "大数据中心管理员"
    AUDITOR = "AUDITOR", "审计员"


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
    valid_from = models.DateTimeField(auto_now_add=True)
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
