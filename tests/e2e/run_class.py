"""Runs one test class for CTest: run_class.py MODULE CLASS. Ends with 77, CTest's skip, when every test was skipped."""

import sys
import unittest
from pathlib import Path

SKIPPED = 77


def main() -> int:
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    suite = unittest.defaultTestLoader.loadTestsFromName(f"{sys.argv[1]}.{sys.argv[2]}")
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    for test, reason in result.skipped:
        print(f"SKIPPED {test}: {reason}")
    if not result.wasSuccessful():
        return 1
    # A class that is skipped as a whole has run none.
    return SKIPPED if result.skipped and len(result.skipped) >= result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
