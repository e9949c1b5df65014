"""Where Chromium is on this machine. Standard library only: `tests/all.py` asks before pytest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Playwright keeps its own here: chromium-1234/chrome-linux/chrome, and the headless shell beside it
KEPT = (
    "chromium-*/chrome-linux*/chrome",
    "chromium_headless_shell-*/chrome-*/*headless[-_]shell",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> Path | None:
    """An executable Chromium: the one CHROMIUM names, one on the path, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        return Path(found) if found else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    kept = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(kept)] if kept else [Path.home() / ".cache/ms-playwright"]
    folders.append(Path.home() / "Library/Caches/ms-playwright")
    for folder in folders:
        for pattern in KEPT:
            for path in sorted(folder.glob(pattern), reverse=True):
                if os.access(path, os.X_OK):
                    return path
    return None


def why_not() -> str:
    """What was looked for in vain, and how to get it."""
    named = os.environ.get("CHROMIUM")
    if named:
        return f"CHROMIUM names {named}, which is no program that can be run."
    return (
        f"There is no Chromium: looked for {', '.join(NAMES)} and for Playwright's own. "
        "Install one (Debian: apt-get install chromium) or set CHROMIUM to its path."
    )
