"""Serve the page from a checkout, in an environment made from requirements.txt, as `digits serve` does."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from digits_detector.cli import main  # found there, installed or not

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
