"""`python -m bench [intake|turns|understanding|desk …]`: run all measurements, or the named ones."""

import importlib
import importlib.util
import sys
import time

MEASUREMENTS = ("understanding", "turns", "intake", "desk")


def main() -> int:
    """Run what was asked for; 2 for a name that is none."""
    measurements = [name for name in MEASUREMENTS if importlib.util.find_spec(f"bench.{name}")]
    wanted = sys.argv[1:] or measurements
    unknown = sorted(set(wanted) - set(measurements))
    if unknown:
        print(f"No such measurement: {', '.join(unknown)}. There are: {', '.join(measurements)}.", file=sys.stderr)
        return 2
    for name in wanted:
        began = time.monotonic()
        importlib.import_module(f"bench.{name}").main()
        print(f"\n{name}: {time.monotonic() - began:.0f} s in all", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
