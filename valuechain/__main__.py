"""``python -m valuechain`` is the command ``valuechain``."""

import sys

from valuechain.cli import main

if __name__ == "__main__":
    sys.exit(main())
