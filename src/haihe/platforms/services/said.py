"""What an applicant filled in, as the readers of a case see it: in the words of the form, with numbers masked."""

from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms.api import ShownSection
from haihe.platforms.services.models import Case
from haihe.platforms.services.operations.sealing import open_form, open_registered


def form_said(case: Case, *, masked: bool) -> tuple[ShownSection, ...]:
    """Return what the form of the item's own version says; nothing where there was no form, or none that is known."""
    values, _uploads = open_form(case)
    definition = case.item.definition.form
    if not (values and definition):
        return ()
    form, registered = forms.parse(definition), open_registered(case)
    return tuple(forms.shown(form, values, masked=masked, registered=registered))
