"""A program that claims a profile, says so, and lives until its input ends: `child.py FOLDER`."""

import sys
from pathlib import Path

from desktop_app.instance import Call, claim

instance = claim(Path(sys.argv[1]), Call())
sys.stdout.write("has it\n" if instance else "called\n")
sys.stdout.flush()
sys.stdin.read()
