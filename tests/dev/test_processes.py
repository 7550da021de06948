"""Programs started from one terminal end with it, however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ops.dev.ground import CannotStart, alive, wait_until
from ops.dev.processes import Child, stop_all

# A program that shrugs off TERM and has a child of its own.
STUBBORN = "trap '' TERM; sleep 300 & echo $!; wait; sleep 300"


class Patience:
    """A stop that was asked twice: nobody gets time to wind down."""

    at_once = True


def first_line(child: Child) -> str:
    assert wait_until(lambda: bool(child.lines), 10)
    return child.lines[0]


def test_a_stubborn_program_and_its_child_are_gone_after_stopping(tmp_path: Path) -> None:
    child = Child("web", ["sh", "-c", STUBBORN], cwd=tmp_path, quiet=True)
    grandchild = int(first_line(child))

    stop_all([child], Patience())  # type: ignore[arg-type]

    assert wait_until(lambda: not alive(grandchild), 5)
    assert child.ended()


def test_programs_end_when_their_starter_is_killed_outright(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys, time; from pathlib import Path; from ops.dev.processes import Child\n"
            "child = Child('web', ['sleep', '300'], cwd=Path('/'), quiet=True)\n"
            "print(child.process.pid, flush=True); time.sleep(300)",
        ],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert starter.stdout is not None
    program = int(starter.stdout.readline())
    assert wait_until(lambda: "sleep" in Path(f"/proc/{program}/cmdline").read_text().split("\0")[0], 5)

    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()

    assert wait_until(lambda: not alive(program), 5)


def test_a_failing_step_shows_its_lines_and_says_which_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from threading import Event

    class Never:
        asked = Event()

    child = Child("migrate", ["sh", "-c", "echo the reason; exit 3"], cwd=tmp_path, quiet=True)

    with pytest.raises(CannotStart, match="migrate failed"):
        child.finish(Never())  # type: ignore[arg-type]
    assert "migrate │ the reason" in capsys.readouterr().out
