"""The command `frontdoor`: collects what each concern offers in its `commands.py`."""

import argparse
import importlib
import sys
from pathlib import Path

from frontdoor.settings import SettingsError

PACKAGE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code. A setting that cannot be used is one line and code 2."""
    args = _parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except SettingsError as error:
        print(f"frontdoor: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output left
        return 141
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="frontdoor", description="The entry of a telehealth clinic on social media.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for concern in sorted(path.parent.name for path in PACKAGE.glob("*/commands.py")):
        importlib.import_module(f"frontdoor.{concern}.commands").add_to(commands)
    return parser
