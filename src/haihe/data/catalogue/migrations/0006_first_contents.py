"""Give what is there already its place in the classification and its guide code; bring in the standard code lists."""

from collections import defaultdict

from django.db import migrations
from django.utils import timezone

from haihe.base.history.api import append_only
from haihe.data.catalogue.classification.tree import place_for
from haihe.data.catalogue.code_lists.standard import standard_lists


def place_entries(apps, schema_editor):
    serials = defaultdict(int)
    rows = apps.get_model("catalogue", "Resource").objects.filter(classification="").order_by("code")
    for row in rows.only("category", "subject_area", "owner").iterator():
        row.classification = place_for(category=row.category, subject=row.subject_area, owner=row.owner)
        serials[row.classification] += 1
        row.guide_serial = serials[row.classification]
        row.save(update_fields=["classification", "guide_serial"])


def load_lists(apps, schema_editor):
    for each in standard_lists():
        row = apps.get_model("catalogue", "CodeList").objects.create(
            slug=each.slug, title=each.title, standard=each.standard
        )
        apps.get_model("catalogue", "CodeListVersion").objects.create(
            code_list=row, number=1, codes=each.codes, at=timezone.now(), by="SYSTEM"
        )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_full_entries")]
    operations = [
        migrations.RunPython(place_entries, migrations.RunPython.noop),
        migrations.RunPython(load_lists, migrations.RunPython.noop),
        append_only("catalogue_resourceversion"),
        append_only("catalogue_codelistversion"),
    ]
