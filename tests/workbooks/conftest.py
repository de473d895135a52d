"""The registers' own factories are shared: people, consents and pairs through the services."""

from __future__ import annotations

import sys
from pathlib import Path

for name in ("registers", "programmes"):
    folder = str(Path(__file__).parents[1] / name)
    if folder not in sys.path:
        sys.path.append(folder)
