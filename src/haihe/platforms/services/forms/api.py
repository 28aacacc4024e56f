"""What neighbours may use of forms: items read and keep them, cases take applications and show what they said."""

from haihe.platforms.services.forms.cleaning import Cleaned
from haihe.platforms.services.forms.definition import Form, clean, from_json, parse, shared_sections, to_json
from haihe.platforms.services.forms.errors import DraftNotFound, FormsError
from haihe.platforms.services.forms.fields import Field, FileKind, Kind, Prefill, Section
from haihe.platforms.services.forms.operations.uploading import Opened, open_upload
from haihe.platforms.services.forms.parties import delegation_between
from haihe.platforms.services.forms.parts import Part, Text
from haihe.platforms.services.forms.ports import (
    PHONE,
    WINDOW,
    Application,
    Behalf,
    Known,
    NotReceived,
    Offer,
    Offers,
    PaperNote,
    Party,
    PartyKind,
    Prefiller,
    Question,
    Received,
    Receiver,
    Scanner,
    ScannerAway,
    Verdict,
    register_offers,
    register_prefiller,
    register_receiver,
    register_scanner,
)
from haihe.platforms.services.forms.refusals import FormError
from haihe.platforms.services.forms.showing import Shown, ShownSection, said, shown

__all__ = [
    "PHONE",
    "WINDOW",
    "Application",
    "Behalf",
    "Cleaned",
    "DraftNotFound",
    "Field",
    "FileKind",
    "Form",
    "FormError",
    "FormsError",
    "Kind",
    "Known",
    "NotReceived",
    "Offer",
    "Offers",
    "Opened",
    "PaperNote",
    "Part",
    "Party",
    "PartyKind",
    "Prefill",
    "Prefiller",
    "Question",
    "Received",
    "Receiver",
    "Scanner",
    "ScannerAway",
    "Section",
    "Shown",
    "ShownSection",
    "Text",
    "Verdict",
    "clean",
    "delegation_between",
    "from_json",
    "open_upload",
    "parse",
    "register_offers",
    "register_prefiller",
    "register_receiver",
    "register_scanner",
    "said",
    "shared_sections",
    "shown",
    "to_json",
]
