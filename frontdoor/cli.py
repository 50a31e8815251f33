"""The command `frontdoor`: collects what each concern offers in its `commands.py`."""

import argparse
import importlib
import sys
from pathlib import Path

from frontdoor.database import NoDatabase
from frontdoor.settings import SettingsError

PACKAGE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code.

    What the person at the console can mend is one line: a setting (code 2), a database, a file or a full disk (1).
    """
    args = _parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except SettingsError as error:
        return _refuse(str(error), 2)
    except NoDatabase as error:
        return _refuse(str(error), 1)
    except BrokenPipeError:  # the reader of our output left
        return 141
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is None:  # no file of anybody's: a mistake of ours
            raise
        return _refuse(f"{error.filename}: {error.strerror}.", 1)


def _refuse(why: str, code: int) -> int:
    print(f"frontdoor: {why}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="frontdoor", description="The entry of a telehealth clinic on social media.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for concern in sorted(path.parent.name for path in PACKAGE.glob("*/commands.py")):
        importlib.import_module(f"frontdoor.{concern}.commands").add_to(commands)
    return parser
