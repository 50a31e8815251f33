"""`python -m frontdoor` is the command `frontdoor`."""

import sys

from frontdoor.cli import main

if __name__ == "__main__":
    sys.exit(main())
