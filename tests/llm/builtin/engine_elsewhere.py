"""A process that starts like the engine, but whose address is that of a server in the test: its argument."""

import json
import sys


def main() -> None:
    """Read the settings line, tell the address, stay until standard input ends."""
    sys.stdin.readline()
    sys.stdout.write(json.dumps({"address": sys.argv[1]}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
