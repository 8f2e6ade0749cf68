"""`python -m phonebooth`: the same as `flask phonebooth`, without the hotline beside it."""

import sys

from phonebooth.serve import main

sys.exit(main())
