"""`python -m vigie` is `vigie`."""

import sys

from vigie.config.command import main

if __name__ == "__main__":
    sys.exit(main())
