"""Where a database server may stand: its account, a folder that account can reach, a lock and a port.

PostgreSQL refuses to run as root, so root hands both servers to an unprivileged account.
"""

import fcntl
import functools
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ACCOUNTS = ("opsdeck", "postgres", "nobody")
ELSEWHERE = Path("/var/lib/opsdeck")


class CannotStart(RuntimeError):
    """A server cannot stand here; the message is the sentence the person reads."""


def say(sentence: str) -> None:
    """One line for the person at the terminal, kept out of standard output."""
    print(sentence, file=sys.stderr, flush=True)


@functools.cache
def account() -> pwd.struct_passwd | None:
    """The account servers run as when we are root; None means our own."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("PostgreSQL does not run as root, and this machine has no account named opsdeck or nobody.")


def as_account() -> dict[str, Any]:
    """Arguments for subprocess that run a program as the server account."""
    found = account()
    return {} if found is None else {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def give_away(path: Path) -> None:
    """Make the server account the owner of what we just made for it."""
    if (found := account()) is not None:
        os.chown(path, found.pw_uid, found.pw_gid)


def reachable(path: Path, *, how: str = "-x") -> bool:
    """Whether the server account may walk through (-x) or list (-r) the nearest existing folder of this path."""
    if account() is None:
        return True
    while not path.exists():
        path = path.parent
    return subprocess.run(["test", how, str(path)], cwd="/", check=False, **as_account()).returncode == 0


def server_folder(data: Path, name: str) -> Path:
    """The private folder `name` of a server, owned by its account: inside the data folder whenever that works."""
    data.mkdir(parents=True, exist_ok=True)
    if account() is not None:
        data.chmod(0o711)  # the account walks through it to its own folder and can list nothing
    home = data
    if not reachable(data.parent):
        home = ELSEWHERE / hashlib.sha256(str(data).encode()).hexdigest()[:12]
    folder = home / name
    if not folder.exists():
        if home != data:
            ELSEWHERE.mkdir(parents=True, exist_ok=True)
            ELSEWHERE.chmod(0o711)
            home.mkdir(mode=0o711, exist_ok=True)
            say(f"The account {_account_name()} cannot reach {data}, so {name} keeps its data in {folder}.")
        folder.mkdir(mode=0o700)
        give_away(folder)
    elif account() is None and folder.stat().st_uid != os.geteuid():
        raise CannotStart(f"{folder} belongs to another account; remove it or run this as that account.")
    return folder


def program_folder(root: Path, *names: str) -> Path:
    """The folder that holds these programs, or a copy the server account can reach (not one under /root)."""
    programs = root / names[0]
    if reachable(programs) and reachable(programs, how="-r"):
        return root
    stamp = hashlib.sha256(f"{programs}{programs.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = ELSEWHERE / "programs" / f"{programs.name}-{stamp}"
    if not copy.exists():
        temporary = copy.with_name(f"{copy.name}.{os.getpid()}")
        for name in names:  # beside each other as they were: programs find their libraries by relative paths
            if (root / name).is_dir():
                shutil.copytree(root / name, temporary / name, symlinks=True)
            elif (root / name).exists():
                temporary.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, temporary / name)
        for folder in (ELSEWHERE, copy.parent):
            folder.chmod(0o711)
        for folder, _, _ in temporary.walk():
            folder.chmod(0o755)
        try:
            temporary.rename(copy)
        except OSError:  # another caller was first
            shutil.rmtree(temporary)
    return copy


def _account_name() -> str:
    found = account()
    return found.pw_name if found else pwd.getpwuid(os.geteuid()).pw_name


@contextmanager
def locked(data: Path, name: str) -> Iterator[None]:
    """One caller at a time; the kernel frees the lock when its holder dies."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether this port can be listened on now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int | None = None) -> int:
    """The wanted port of 127.0.0.1 when it is free, else any free one."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int) -> bool:
    """Whether a process with this id runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return not Path("/proc/self").exists()


def works_in(pid: int, folder: Path) -> bool:
    """Whether this process stands in this folder, which tells our server from a stranger with a reused id."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()
    except OSError:
        return not Path("/proc/self").exists()


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Ask every 10 ms until it is so or the time is over."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
