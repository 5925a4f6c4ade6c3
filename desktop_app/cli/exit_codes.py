"""What the exit codes mean; the help texts and the README tell them too."""

from typing import Final

OK: Final = 0
FAILED: Final = 1  # GoalGetter itself could not: the profile cannot be opened or written, there is no screen
USAGE: Final = 2  # as argparse has it: the arguments, or the message, cannot be taken as they are
PROVIDER_FAILED: Final = 3
NOBODY_ANSWERS: Final = 4  # no model is chosen, set up and ready
STOPPED: Final = 130  # as shells have it: 128 and the number of the signal
READER_LEFT: Final = 141

MEANINGS: Final = (
    "exit codes: 0 the coach answered, 1 the profile cannot be used, 2 the command or the message cannot be taken, "
    "3 the provider failed, 4 no model can answer, 130 stopped (what came is kept), 141 nobody reads the output"
)
