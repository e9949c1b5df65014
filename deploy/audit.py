"""What the portal is made of, and what is known against it: `make audit`.

Writes sbom.json (CycloneDX) from the pins in requirements.txt, then asks a public database for
holes known in them. Only that question needs the network; without it nothing is said to be checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "requirements.txt"
BILL = ROOT / "sbom.json"
NOT_CHECKED = 2


def write_bill() -> int:
    """The bill of materials is written; returns how many parts it lists."""
    command = ["cyclonedx_py", "requirements", "--pyproject", "pyproject.toml"]
    command += ["--output-reproducible", "--of", "JSON", "-o", str(BILL), str(PINS)]
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True, capture_output=True)
    return len(json.loads(BILL.read_text())["components"])


def look_for_holes() -> int:
    """0 where none is known, 1 where some are, 2 where the database could not be asked."""
    command = ["pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += ["--format", "json", "-r", str(PINS)]
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    try:
        parts = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"Holes were NOT looked for: the database cannot be asked ({last[:200]})")
        return NOT_CHECKED
    asked = [part for part in parts if "vulns" in part]
    holes = [(part["name"], part["version"], hole) for part in asked for hole in part["vulns"]]
    for name, version, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{name} {version}: {hole['id']}, mended in {mended}")
    print(f"{len(asked)} of {len(parts)} packages looked up, {len(holes)} known holes.")
    if len(asked) < len(parts):
        silent = ", ".join(part["name"] for part in parts if "vulns" not in part)
        print(f"Holes were NOT looked for in: {silent}")
    return 1 if holes else NOT_CHECKED if len(asked) < len(parts) else 0


def main() -> int:
    print(f"{BILL.name}: {write_bill()} parts")
    return look_for_holes()


if __name__ == "__main__":
    sys.exit(main())
