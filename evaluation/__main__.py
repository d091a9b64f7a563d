"""Hold every part to its floor: ``python -m evaluation``, which ``make evaluate`` calls; see `evaluation.floors`."""

import sys

from evaluation.floors import main

sys.exit(main())
