"""`python -m bench [name …]`: run all measurements, or the named ones."""

import importlib
import pkgutil
import sys

import bench

PARTS = ("load", "peers", "tables")  # not measurements themselves


def main() -> int:
    """Run what was asked for; 2 for a name that is none."""
    names = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    measurements = sorted(name for name in names if name not in PARTS and not name.startswith("_"))
    wanted = sys.argv[1:] or measurements
    unknown = sorted(set(wanted) - set(measurements))
    if unknown:
        print(f"No such measurement: {', '.join(unknown)}. There are: {', '.join(measurements)}.", file=sys.stderr)
        return 2
    for name in wanted:
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
