"""What programs may use of lookups: to plant their registers and to ask each of them, for measuring."""

from haihe.platforms.services.lookups.demo.measuring import WHO, Question, forget_tries, questions
from haihe.platforms.services.lookups.testing import plant_registers

__all__ = ["WHO", "Question", "forget_tries", "plant_registers", "questions"]
