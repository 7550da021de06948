"""What production gets: one login a process, locked packages, no source of packages named."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = shutil.which("docker-compose")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
    return found


def test_only_migrate_holds_the_owners_login(services: dict[str, dict[str, object]]) -> None:
    holders = {name for name, service in services.items() if "OPS_OWNER_PASSWORD" in str(service)}

    assert holders == {"postgres", "migrate"}


def test_the_live_process_holds_the_empty_login_alone(services: dict[str, dict[str, object]]) -> None:
    logins = set(re.findall(r"opsdeck_\w+(?=:)", str(services["live"]["environment"])))

    assert logins == {"opsdeck_live"}


def test_every_lasting_service_has_a_health_check_or_writes_nothing(services: dict[str, dict[str, object]]) -> None:
    without = {name for name, service in services.items() if "healthcheck" not in service}

    assert without == {"migrate", "beat"}


@pytest.mark.slow
@pytest.mark.skipif(COMPOSE is None, reason="this machine has no docker-compose")
def test_compose_reads_its_own_file() -> None:
    done = subprocess.run(
        [str(COMPOSE), "--env-file", "deploy/env.example", "config", "-q"],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["base", "embedded", "dev"])
def test_every_package_is_locked_by_hash_and_no_source_is_named(name: str) -> None:
    lines = (CHECKOUT / f"requirements/{name}.txt").read_text().replace("\\\n", " ").splitlines()
    packages = [line for line in lines if line and not line.startswith((" ", "#"))]

    assert len(packages) > 20
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []
    assert not re.search(r"://|index-url|find-links", "\n".join(lines))
