"""The Chromium of the browser tests: the machine's, else Playwright's, else installed when we may."""

import os
import shutil
import subprocess
from pathlib import Path

from ops.dev.ground import CannotStart, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = ("chromium", "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def find_browser() -> str | None:
    """The program to start, or None when this machine has none."""
    if named := os.environ.get("OPS_CHROMIUM"):
        return named
    for name in NAMES:
        if (found := shutil.which(name)) and _starts(found):
            return found
    caches = [Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")]
    for cache in caches:
        for found_path in sorted(cache.glob("chromium*/chrome-*/*"), reverse=True):
            if found_path.name in {"chrome", "headless_shell", "chrome-headless-shell"} and _starts(str(found_path)):
                return str(found_path)
    return None


def ensure_browser() -> str:
    """The program to start; root on Debian or Ubuntu installs it first."""
    if found := find_browser():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("setup: installing Chromium and the text libraries of the PDFs")
        quiet = {
            "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            "check": False,
            "stdout": subprocess.DEVNULL,
        }
        subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], **quiet)  # type: ignore[call-overload]
        if found := find_browser():
            return found
    raise CannotStart(
        "The browser tests need Chromium and this machine has none: install the package `chromium` "
        "(or set OPS_CHROMIUM to its program), then run this again."
    )


def _starts(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
