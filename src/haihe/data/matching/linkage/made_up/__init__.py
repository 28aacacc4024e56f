"""Made-up people in two registers, with the errors that clerks and systems make, and who is who (the truth).

Nobody here exists: telephone numbers are of a range that no subscriber was ever given, names are drawn by chance.
The kinds of errors and their rates were written down before anything was measured and left so; the weights are learnt
from the registers alone, without the truth. But whoever wrote the levels and blocking rules knew the same kinds of
errors (homophones, turned digits, moved homes), so what is measured here says nothing of errors that nobody thought of.
"""

from haihe.data.matching.linkage.made_up.registers import MadeUp, make_registers

__all__ = ["MadeUp", "make_registers"]
