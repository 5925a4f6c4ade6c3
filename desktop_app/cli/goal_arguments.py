"""The arguments of `goalgetter goals`."""

import argparse
from pathlib import Path

from desktop_app.domain.goal_files import PDF, TextFormat
from desktop_app.domain.goal_list import GoalOrder
from desktop_app.domain.goals import Phase


def add_goals_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The arguments of `goals` and of what is done with them."""
    goals = commands.add_parser(
        "goals",
        help="list, show, add, export and import goals",
        description="Work with the goals of the profile, also while the window is open.",
        epilog="exit codes: 0 done, 1 the profile or a file cannot be read or written, 2 what was given is wrong",
    )
    actions = goals.add_subparsers(dest="action", metavar="action", title="actions", required=True)
    listing = actions.add_parser("list", help="list goals")
    listing.add_argument("text", nargs="?", default="", help="only goals with these words")
    listing.add_argument("--phase", choices=[phase.value for phase in Phase])
    listing.add_argument("--tag", help="only goals with this tag")
    listing.add_argument("--sort", choices=[order.value for order in GoalOrder], default=GoalOrder.DEADLINE.value)
    listing.add_argument("--json", action="store_true", help="print them as one JSON document")
    showing = actions.add_parser("show", help="show one goal whole")
    showing.add_argument("goal", type=int, help="its number")
    showing.add_argument("--json", action="store_true", help="print it as one JSON document")
    adding = actions.add_parser("add", help="write down a new goal, as a draft")
    adding.add_argument("title")
    adding.add_argument("--deadline", metavar="YYYY-MM-DD")
    adding.add_argument("--tag", action="append", default=[], help="may be given several times")
    adding.add_argument("--plan", default="", help="the plan in Markdown")
    exporting = actions.add_parser("export", help="write goals to a file or to standard output")
    exporting.add_argument("goals", type=int, nargs="*", metavar="goal", help="their numbers; none are all")
    kinds = [*(kind.value for kind in TextFormat), PDF]
    exporting.add_argument("--format", choices=kinds, default=TextFormat.JSON.value, help="json, if not given")
    exporting.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to; needed for pdf")
    exporting.add_argument("--history", action="store_true", help="with all changes (json only)")
    importing = actions.add_parser("import", help="take in goals from a .json or .md file")
    importing.add_argument("file", type=Path)
    importing.add_argument("--dry-run", action="store_true", help="only say what would be added or changed")
