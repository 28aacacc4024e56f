"""Made-up people in two registers, with the errors that clerks and systems make, and who is who (the truth).

Nobody here exists: telephone numbers are of a range that no subscriber was ever given, names are drawn by chance.
The kinds of errors and their rates were written down before anything was measured, and no weight, level or blocking
rule of the linkage was chosen by them: it learns from the registers alone.
"""

from haihe.data.matching.linkage.made_up.registers import MadeUp, make_registers

__all__ = ["MadeUp", "make_registers"]
