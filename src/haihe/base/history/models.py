from typing import ClassVar

from django.db import models


class HistoryEvent(models.Model):
    """One thing that happened, with who did it in which part (role), under which clause, and in which words.

    `name` is the move of the workflow; `source` and `target` are its states. `facts` are plain JSON for the sentence.
    A concrete table adds the key of what it happened to, and the `append_only` trigger in its migration.
    """

    at = models.DateTimeField()
    name = models.CharField(max_length=48)
    source = models.CharField(max_length=24, blank=True)
    target = models.CharField(max_length=24, blank=True)
    part = models.CharField(max_length=24)
    organisation = models.CharField(max_length=12, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=64)
    clause = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.name} {self.source}→{self.target}"
