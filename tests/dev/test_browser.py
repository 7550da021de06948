"""A machine without Chromium reads what to install."""

from pathlib import Path

import pytest

from ops.dev.browser import ensure_browser, find_browser
from ops.dev.ground import CannotStart


def test_a_machine_without_chromium_or_a_way_to_get_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))

    assert find_browser() is None
    with pytest.raises(CannotStart, match="install the package `chromium`"):
        ensure_browser()


def test_a_browser_of_playwrights_is_found_and_a_broken_one_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    for version, code in (("1200", 1), ("1100", 0)):
        program = tmp_path / f"chromium-{version}/chrome-linux/chrome"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\nexit {code}\n")
        program.chmod(0o755)

    assert find_browser() == str(tmp_path / "chromium-1100/chrome-linux/chrome")
