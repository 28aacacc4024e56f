"""Background work of items: workbooks too large to wait for."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app


@app.task(name="items.take_in_sheet", queue="catalogue")
def take_in_sheet(pk: str) -> None:
    """Take in a workbook of items. Harmless to run twice."""
    from haihe.platforms.services.items.sheets.importing import run_import

    run_import(UUID(pk), now=timezone.now())
