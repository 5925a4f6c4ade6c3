"""The chat: the view against bare Qt widgets, then the whole program while it talks."""

from build_scripts.benchmarks import chat_hostile, chat_live, chat_openings, chat_stalls, chat_streams
from build_scripts.benchmarks.chat_texts import themed_application
from build_scripts.benchmarks.measure import Measure


def run() -> list[Measure]:
    """All measures; takes about five minutes."""
    theme = themed_application()
    return [
        *chat_streams.run(theme),
        *chat_stalls.run(theme),
        *chat_openings.run(theme),
        *chat_hostile.run(theme),
        *chat_live.run(),
    ]
