"""The story's item for tests: an ID card to show, and a certificate that the relief register proves."""

from haihe.data.catalogue import api as catalogue

_ITEM = "housing-fund-relief-withdrawal"
RELIEF = "120012/000001"
_PROOF = {"resource": RELIEF, "service": "relief-status", "scope": ("on_relief",)}
CERTIFICATE = catalogue.NewPaper(code="relief-certificate", title="低保证明", asks="今天是否在保", **_PROOF)  # type: ignore[arg-type]  # a table of what proves it
STORY = catalogue.NewNeeds(
    code=_ITEM,
    title="低保家庭提取住房公积金",
    organisation="120040",
    papers=(catalogue.NewPaper(code="id-card", title="身份证", kind="SHOW"), CERTIFICATE),
)
