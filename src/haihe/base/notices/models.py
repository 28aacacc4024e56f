"""A notice to one desk or person, who has read it, and what was sent of it to whom outside the house."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.base.notices.carriers import Channel


class Notice(models.Model):
    """What one desk or person is told once. `key` names the occasion: the same occasion is told them no second time.

    The sentence is made of `kind` and `facts` when it is read. `path` leads to the thing, within this installation.
    """

    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=64)
    role = models.CharField(max_length=16, blank=True)
    organisation = models.CharField(max_length=12, blank=True)
    user = models.UUIDField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["role", "organisation", "-at"], name="notice_by_desk"),
            models.Index(fields=["user", "-at"], condition=Q(user__isnull=False), name="notice_by_person"),
            models.Index(fields=["at"], name="notice_by_age"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["key", "role", "organisation", "user"], nulls_distinct=False, name="notice_once_per_occasion"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) & ~Q(role="") | Q(user__isnull=False, role="", organisation=""),
                name="notice_to_a_desk_or_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Reading(models.Model):
    """That one person has read a notice; their colleagues may still have to."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="readings")
    user = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "notice"], name="reading_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.notice_id}"


class Contact(models.Model):
    """An address at which a person wants to be told: sealed, and used only once a code sent there came back.

    Sealed under the context `notices-contact:<user>:<channel>`. `address_key` is a keyed hash, so that nobody can have
    codes sent to one address without end. `code_serial` counts the codes; the code is derived from it and kept nowhere.
    """

    user = models.UUIDField()
    channel = models.CharField(max_length=8, choices=Channel)
    sealed_address = models.BinaryField()
    masked = models.CharField(max_length=64)
    address_key = models.BinaryField(max_length=16)
    language = models.CharField(max_length=8, default="zh-hans")
    code_serial = models.PositiveIntegerField(default=0)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "channel"], name="contact_once_per_channel"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="contact_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.masked}"


class Muting(models.Model):
    """That a person wants nothing of a topic by one way."""

    user = models.UUIDField()
    channel = models.CharField(max_length=8, choices=Channel)
    topic = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "channel", "topic"], name="muting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.channel} {self.topic}"


class SendingState(models.TextChoices):
    """Where a sending stands. UNSURE: cut off while it was handed over, and the carrier wouldn't know it again.

    DEAD and UNSURE wait for a person; UNSURE because sending it again could tell somebody twice.
    """

    WAITING = "WAITING", _("待发送")
    SENDING = "SENDING", _("正在发送")
    SENT = "SENT", _("已发送")
    DEAD = "DEAD", _("发送失败")
    UNSURE = "UNSURE", _("不确定是否已送出")
    SKIPPED = "SKIPPED", _("不再发送")


STUCK: Final = (SendingState.DEAD, SendingState.UNSURE)
"""Those that wait for a person."""


class Sending(models.Model):
    """One notice, or one code, on its way to one address. By `key` a carrier can tell a second time."""

    key = models.CharField(max_length=80, unique=True)
    notice = models.ForeignKey(Notice, on_delete=models.SET_NULL, null=True, blank=True, related_name="sendings")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="sendings")
    is_code = models.BooleanField(default=False)
    channel = models.CharField(max_length=8, choices=Channel)
    user = models.UUIDField()
    address_key = models.BinaryField(max_length=16)
    state = models.CharField(max_length=8, choices=SendingState, default=SendingState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    carrier_number = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["channel", "next_try_at"], condition=Q(state__in=("WAITING", "SENDING")), name="sending_due"
            ),
            models.Index(fields=["user", "channel", "made_at"], name="sending_by_person"),
            models.Index(fields=["address_key", "made_at"], condition=Q(is_code=True), name="sending_codes"),
            models.Index(fields=["made_at"], condition=Q(state__in=("DEAD", "UNSURE")), name="sending_dead"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=SendingState.values), name="sending_state_known"),
            models.CheckConstraint(
                condition=~Q(state="SENDING") | Q(lease_until__isnull=False), name="sending_has_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"
