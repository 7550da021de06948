"""`python -m ops.dev run | cluster | stop | manage | module | test | lint`: the work behind `make`."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from ops.dev import env_file
from ops.dev.browser import ensure_browser
from ops.dev.cluster import ensure_cluster, remove_cluster, stop_cluster
from ops.dev.ground import CannotStart, say
from ops.dev.processes import tethered
from ops.dev.run import run
from ops.dev.servers import CHECKOUT, data_folder, keep, servers
from ops.dev.valkey import ensure_valkey, remove_valkey, stop_valkey

SCRIPTS = Path(sys.executable).parent
BROWSER = ["-m", "browser"]
SOME_FAILED = 1  # how pytest ends when tests failed; more means that it could not run them
LINTERS = {
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "app order": ["lint-imports"],
}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m ops.dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    started = commands.add_parser("run", help="everything in this terminal")
    started.add_argument("--no-demo", action="store_true", help="leave an empty shop empty")
    started.add_argument("--size", default="", help="of the demo shop: small is ready in seconds, usual is six months")
    cluster = commands.add_parser(
        "cluster", help="start PostgreSQL and Valkey, leave them running, print where they are"
    )
    cluster.add_argument("--test", action="store_true", help="the throw-away servers of the tests")
    stop = commands.add_parser("stop", help="stop every server of this checkout")
    stop.add_argument("--remove", action="store_true", help="and remove their data, wherever it stands")
    commands.add_parser("lint", help="every checker, all findings")
    for name, text in {
        "manage": "a management command, with its servers",
        "module": "python -m MODULE, with its servers",
        "test": "pytest, with its servers, assets and browser",
    }.items():
        commands.add_parser(name, help=text, add_help=False, prefix_chars="\0").add_argument("rest", nargs="*")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        match asked.command:
            case "run":
                return run(data_folder(), demo=not asked.no_demo, size=asked.size)
            case "cluster":
                return _cluster(test=asked.test)
            case "stop":
                return _stop(remove=asked.remove)
            case "lint":
                return _lint()
            case "test":
                return _test(asked.rest)
            case "manage":
                return _with_servers(["manage.py", *asked.rest])
            case _:
                return _with_servers(["-m", *asked.rest])
    except CannotStart as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _cluster(*, test: bool) -> int:
    data = data_folder() / "test" if test else data_folder()
    keep(data, stay=True)
    cluster, valkey = ensure_cluster(data, durable=not test), ensure_valkey(data)
    print(f"PostgreSQL  127.0.0.1:{cluster.port}  {cluster.folder}")
    print(f"Valkey      {valkey.folder}")
    print(f"Logins in   {env_file.path(data)}")
    return 0


def _stop(*, remove: bool) -> int:
    for data in (data_folder(), data_folder() / "test"):
        if data.exists():
            keep(data, stay=False)
            if remove:
                remove_cluster(data)
                remove_valkey(data)
            else:
                stop_cluster(data)
                stop_valkey(data)
    return 0


def _with_servers(arguments: list[str]) -> int:
    with servers(data_folder()) as environment:
        return _call([sys.executable, *arguments], **environment)


def _test(arguments: list[str]) -> int:
    from ops.dev import testing  # starts the suite's servers and points the environment at them

    try:
        os.environ["OPS_CHROMIUM"] = ensure_browser()
        if failed := _call([sys.executable, "manage.py", "assets"]):
            return failed
        return max(_half(marks, arguments) for marks in _halves(arguments))
    finally:
        testing.release()


def _half(marks: list[str], arguments: list[str]) -> int:
    """What fails is tried once more, one after the other, and named: what fails twice has failed."""
    pytest = [sys.executable, "-m", "pytest", *marks]
    failed = _call([*pytest, *arguments])
    if failed != SOME_FAILED or not marks:
        return failed
    say("Trying what failed once more, alone. What passes only now depends on time or on its neighbours: mend it.")
    return _call([*pytest, "--last-failed", "--last-failed-no-failures=none", "-n", "0"])


def _halves(arguments: list[str]) -> list[list[str]]:
    """Playwright keeps an event loop running in its process, where tests that run loops of their own cannot live."""
    chosen = any(argument == "-m" or argument.startswith("tests") for argument in arguments)
    return [[]] if chosen else [["-m", "not browser"], BROWSER]


def _lint() -> int:
    templates = [str(path.relative_to(CHECKOUT)) for path in sorted((CHECKOUT / "templates").rglob("*.html"))]
    linters = LINTERS | (
        {"templates": ["djade", "--check", "--target-version", "6.1", *templates]} if templates else {}
    )
    failed = []
    for name, (program, *rest) in linters.items():
        print(f"── {name}", flush=True)
        if _call([str(SCRIPTS / program), *rest], OPS_LOGIN="web"):
            failed.append(name)
    say(f"Found something in: {', '.join(failed)}." if failed else "All checkers are content.")
    return int(bool(failed))


def _call(arguments: list[str], **environment: str) -> int:
    """Run to the end in this terminal; it ends with us, however we end."""
    with subprocess.Popen(tethered(arguments), cwd=CHECKOUT, env=os.environ | environment) as process:
        try:
            return process.wait()
        except (KeyboardInterrupt, SystemExit):
            process.terminate()
            process.wait(timeout=30)
            raise


if __name__ == "__main__":
    sys.exit(main())
