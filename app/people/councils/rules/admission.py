"""When providers can ask to be on a framework."""

from enum import StrEnum


class Admission(StrEnum):
    """How a framework lets providers in."""

    ANY_TIME = "any_time"
    ROUNDS = "rounds"


ADMISSION_WORDS = {
    Admission.ANY_TIME: "Providers can apply at any time",
    Admission.ROUNDS: "Providers can apply in rounds, with a first and a last day",
}
