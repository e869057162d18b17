"""Audit of the locks: every requirement pinned with hashes, no index address, and no known vulnerability where the database can be asked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LOCKS = ("requirements.lock", "requirements-dev.lock")
ADDRESS = re.compile(r"https?://|--(extra.)?index.url|--find.links")
OFFLINE = (
    "ConnectionError",
    "Connection refused",
    "Max retries",
    "Temporary failure",
    "timed out",
    "NewConnectionError",
    "ProxyError",
    "HTTPError",
)


def faults(path: Path) -> list[str]:
    """What is wrong with one lock file."""
    text = path.read_text(encoding="utf-8")
    found = [f"{path}: holds an address" for _ in ADDRESS.finditer(text)]
    entry = ""
    hashed = True
    for line in [*text.splitlines(), "end==0"]:
        if re.match(r"^[a-z0-9]", line, re.IGNORECASE):
            if entry and not hashed:
                found.append(f"{path}: {entry} has no hash")
            entry, hashed = line.split("\\")[0].strip(), False
            if "==" not in entry:
                found.append(f"{path}: {entry} is not pinned")
        hashed = hashed or "--hash=sha256:" in line
    return found


def main() -> int:
    found = [fault for name in LOCKS for fault in faults(Path(name))]
    for fault in found:
        print(fault)
    asked = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--requirement", LOCKS[0], "--require-hashes", "--disable-pip", "--progress-spinner", "off"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    said = asked.stdout + asked.stderr
    if asked.returncode and any(mark in said for mark in OFFLINE):
        print("lock audit: pinned and hashed; the vulnerability database can't be reached from here, so it was not asked")
    elif asked.returncode:
        print(said)
        found.append("vulnerable")
    else:
        print("lock audit: pinned, hashed, no known vulnerability")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
