"""The commands and their arguments. What a command needs is imported when it is run."""

import argparse
from collections.abc import Sequence

from desktop_app import __version__
from desktop_app.cli.exit_codes import MEANINGS
from desktop_app.cli.goal_arguments import add_goals_parser


def run_command(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name; returns its exit code. Raises SystemExit for help and mistakes."""
    options = _parser().parse_args(arguments)
    if options.self_test:
        return _run_self_test()
    match options.command:
        case "ask":
            from desktop_app.cli.ask import AskOptions, run_ask

            return run_ask(
                AskOptions(options.text, options.provider, options.model, options.json, with_tools=options.tools)
            )
        case "doctor":
            from desktop_app.cli.doctor import run_doctor

            return run_doctor(as_json=options.json)
        case "usage":
            from desktop_app.cli.usage import run_usage

            return run_usage(as_json=options.json, by=options.by, within=options.range)
        case "goals":
            from desktop_app.cli.goals import run_goals

            return run_goals(options)
        case _:
            from desktop_app.cli.window import open_window

            return open_window()


def _run_self_test() -> int:
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop_app.self_test import run_self_test

    return run_self_test()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="goalgetter",
        description="Talk a goal through with a coach, and it is written down. Without a command, the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"GoalGetter {__version__}")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="try the program on a profile of its own, without a screen, and print what was tried",
    )
    commands = parser.add_subparsers(dest="command", metavar="command", title="commands")
    _add_ask(commands)
    _add_doctor(commands)
    _add_usage(commands)
    add_goals_parser(commands)
    return parser


def _add_ask(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ask = commands.add_parser(
        "ask",
        help="ask the coach without the window",
        description="Ask the coach one thing. It is a chat like any other: message and answer are kept, and the coach "
        "writes goals down. The answer goes to standard output as it comes, what was done to standard error.",
        epilog=MEANINGS,
    )
    ask.add_argument("text", nargs="?", help="the message; “-”, or nothing where there is a pipe, reads standard input")
    ask.add_argument("--provider", metavar="P", help="who answers: builtin, ollama, claude, openai, …; else as chosen")
    ask.add_argument("--model", metavar="M", help="the provider's model; else the one chosen there")
    ask.add_argument("--json", action="store_true", help="print the events of the answer as JSON, one a line")
    ask.add_argument("--no-tools", dest="tools", action="store_false", help="only talk: write no goal down")


def _add_doctor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser(
        "doctor",
        help="tell what is set up, reachable and usable",
        description="Look at the profile, the settings and every provider, and say what to do where something is "
        "wrong. Nothing is changed, no message is sent, and nothing costs money.",
        epilog="exit codes: 0 somebody can answer, 1 nobody can",
    )
    doctor.add_argument("--json", action="store_true", help="print the findings as one JSON document")


def _add_usage(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    usage = commands.add_parser(
        "usage",
        help="tell what was used and what it cost",
        description="Add up the calls of models on this computer: tokens, money, errors. What nobody tells a price of "
        "is named as unknown and is in no sum.",
    )
    usage.add_argument("--by", choices=("day", "model", "provider", "goal"), default="model", help="what a line is")
    usage.add_argument("--range", choices=("today", "week", "month", "all"), default="month", help="how far back")
    usage.add_argument("--json", action="store_true", help="print one JSON document; money in micro-dollars, too")
