"""`make` finds a Python that really runs, or says what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
NEEDED = ("sh", "cat", "cksum", "tr", "dirname", "env")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose lock file asks for nothing."""
    folder = tmp_path / "a checkout with spaces"
    (folder / "ops/dev").mkdir(parents=True)
    (folder / "requirements").mkdir()
    (folder / "requirements/embedded.txt").write_text("")
    shutil.copy(CHECKOUT / "ops/dev/setup.sh", folder / "ops/dev")
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH with the plainest tools and a shim that fails, as pyenv leaves them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(shutil.which(name) or name)
    shim = folder / "python3.13"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    return folder


def set_up(checkout: Path, programs: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(programs), "HOME": str(checkout), "PIP_NO_INDEX": "1"}
    environment |= {key: value for key, value in os.environ.items() if key == "LD_LIBRARY_PATH"}
    return subprocess.run(
        ["sh", str(checkout / "ops/dev/setup.sh"), "embedded"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_shim_that_fails_is_passed_over_and_the_second_call_does_nothing(checkout: Path, programs: Path) -> None:
    (programs / "python3.12").symlink_to(os.path.realpath(sys.executable))

    first = set_up(checkout, programs)
    second = set_up(checkout, programs)

    assert first.returncode == 0, first.stderr
    assert (checkout / ".venv/bin/python").exists()
    assert (second.returncode, second.stdout) == (0, "")


def test_a_machine_without_a_new_python_reads_what_to_install(checkout: Path, programs: Path) -> None:
    old = programs / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    done = set_up(checkout, programs)

    assert done.returncode == 1
    assert "Install python3.13" in done.stderr
    assert not (checkout / ".venv").exists()
