"""The chat view: streaming, stalls, opening, scrolling, memory, each against a bare Qt widget or a frame."""

from build_scripts.benchmarks import chat_openings, chat_stalls, chat_streams
from build_scripts.benchmarks.chat_texts import themed_application
from build_scripts.benchmarks.measure import Measure


def run() -> list[Measure]:
    """All measures; takes about two minutes."""
    theme = themed_application()
    return [*chat_streams.run(theme), *chat_stalls.run(theme), *chat_openings.run(theme)]
