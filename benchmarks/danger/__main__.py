"""How well words of danger are heard: ``make bench-danger``.

Prints how much of what was written before the rules (``held_out.txt``) is met, and how many of the judged questions of
search, and of everyday sayings, raise an alarm though nobody is in danger (``in_danger.txt`` names the judged questions where
somebody is). ``VERBOSE=1`` shows each miss and each false alarm, and the line of the vocabulary that raised it. Fails under
the targets.
"""

import os
import sys
import time
from pathlib import Path

from app.platform.danger.rules.hearing import hear, shapes_met
from app.platform.danger.rules.kinds import Level
from benchmarks._table import show, verdict
from benchmarks.relevance.judging import FILE, TUNED_TO, UNTUNED, read_judgements

FOLDER = Path(__file__).parent
RECALL_TARGET, UNSEEN_TARGET, SPOKEN_TARGET = 0.95, 0.90, 0.75
FALSE_ALARMS_TARGET = 0.01
HARMLESS, MILD = "harmless", "mild"


def phrases(name: str) -> list[tuple[str, str]]:
    """The kind of danger and the words of each line of one of the files here."""
    found, section = [], ""
    for line in (FOLDER / name).read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
        else:
            found.append((section, line))
    return found


def judged_questions() -> list[str]:
    """Every judged question once."""
    return list(
        dict.fromkeys(q.words for file in (FILE, TUNED_TO, *UNTUNED) for q in read_judgements(file.read_text()))
    )


def tell(what: str, words: str) -> None:
    """Show one phrase and the lines that were met, when asked to."""
    if os.environ.get("VERBOSE"):
        lines = ", ".join(f"{shape.line} {shape.danger} {shape.level}" for shape in shapes_met(words))
        print(f"  {what}: {words}  [{lines}]")


def recall(name: str) -> tuple[list[str], float]:
    """A row of the table, and the share of a file's phrases whose page opens with what to do now."""
    asked = [words for section, words in phrases(name) if section not in {HARMLESS, MILD}]
    heard = {words: hear(words) for words in asked}
    missed = [words for words, found in heard.items() if found is None or not found.is_now]
    for words in missed:
        tell("missed", words)
    told = sum(found is not None for found in heard.values())
    return [name, len(asked), f"{1 - len(missed) / len(asked):.1%}", f"{told / len(asked):.1%}"], 1 - len(missed) / len(
        asked
    )


def alarms(name: str, asked: list[str]) -> tuple[list[str], float]:
    """A row of the table, and the share of questions that open with danger though nobody is in any."""
    levels = {words: found.level for words in asked if (found := hear(words)) is not None}
    for words, level in levels.items():
        tell(f"false alarm ({level})", words)
    now = sum(level is Level.NOW for level in levels.values())
    return [name, len(asked), f"{now / len(asked):.2%}", f"{(len(levels) - now) / len(asked):.2%}"], len(levels) / len(
        asked
    )


def main() -> int:
    """Measure and print: 0 when every target is met."""
    true = {words for _, words in phrases("in_danger.txt")}
    held, share = recall("held_out.txt")
    unseen, unseen_share = recall("unseen.txt")
    spoken, spoken_share = recall("spoken_held_out.txt")
    others = [recall(name)[0] for name in ("phrases.txt", "wider.txt", "spoken.txt")]
    show("Words of danger", ["phrases", "how many", "opens with help", "heard at all"], [held, unseen, spoken, *others])
    questions = [words for words in judged_questions() if words not in true]
    row, false = alarms("judged questions", questions)
    sayings = [
        alarms(f"everyday sayings of {name}", [words for section, words in phrases(name) if section == HARMLESS])[0]
        for name in ("held_out.txt", "unseen.txt", "spoken_held_out.txt", "wider.txt", "spoken.txt")
    ]
    show("Nobody is in danger", ["asked", "how many", "false: now", "false: mild"], [row, *sayings])
    begun = time.perf_counter()
    for words in questions:
        hear(words)
    print(f"{(time.perf_counter() - begun) / len(questions) * 1000:.2f} ms for each question")
    return verdict(
        [
            *([] if share >= RECALL_TARGET else [f"recall of held_out.txt under {RECALL_TARGET:.0%}"]),
            *([] if unseen_share >= UNSEEN_TARGET else [f"recall of unseen.txt under {UNSEEN_TARGET:.0%}"]),
            *([] if spoken_share >= SPOKEN_TARGET else [f"recall of spoken_held_out.txt under {SPOKEN_TARGET:.0%}"]),
            *(
                []
                if false < FALSE_ALARMS_TARGET
                else [f"false alarms of judged questions not under {FALSE_ALARMS_TARGET:.0%}"]
            ),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
