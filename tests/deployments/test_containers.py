"""The files for containers: what they name exists, and nothing is open to the network or unpinned."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from prefect.settings import get_current_settings
from typer.main import get_command

from cli.main import app
from deployments.bootstrap import WORK_POOL
from deployments.containers.create_buckets import main as create_buckets
from deployments.profile import CLIENT, REDIS, SERVER, main, redis_settings

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deployments" / "containers"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = sorted(name for name, service in SERVICES.items() if service["image"] == "vitrine")
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
UNSET = {
    "DO_NOT_TRACK",
    "PREFECT_API_URL",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_SERVER_UI_API_URL",
}
"""Settings that Prefect lists only if they have a value, and one of its own."""
CODE = "\n".join(path.read_text() for path in (ROOT / "vitrine").rglob("*.py"))
CODE += "".join(path.read_text() for folder in ("cli", "blocks") for path in (ROOT / folder).glob("*.py"))


def env_example() -> dict[str, str]:
    lines = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", (FOLDER / "vitrine.env.example").read_text(), re.MULTILINE)
    return dict(lines)


def test_every_foreign_image_has_a_version() -> None:
    images = [service["image"] for name, service in SERVICES.items() if name not in OWN]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.fullmatch(r"[a-z/]+:[\w.-]*\d[\w.-]*", image) for image in images), images


def test_every_port_is_on_loopback() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_services_wait_for_what_they_need() -> None:
    for service in SERVICES.values():
        for name, condition in service.get("depends_on", {}).items():
            healthy = condition["condition"] == "service_healthy"
            assert healthy == ("healthcheck" in SERVICES[name]), name
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2


def test_own_services_run_commands_that_there_are() -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    for name in OWN:
        words = SERVICES[name].get("command", [])
        if words[:1] == ["vitrine"]:
            assert words[1] in commands
    assert "vitrine setup" in SERVICES["setup"]["command"][2]
    assert re.search(r'"--pool", "(\w+)"', DOCKERFILE).group(1) == WORK_POOL  # type: ignore[union-attr]


def test_the_server_has_the_settings_of_the_profile() -> None:
    environment = SERVICES["server"]["environment"]
    assert environment.items() >= SERVER.items()
    assert environment.items() >= redis_settings("redis").items()
    known = set(get_current_settings().to_environment_variables(exclude_unset=False)) | UNSET
    for name in {*environment, *env_example()}:
        if name.startswith("PREFECT_") and not name.startswith("PREFECT_REDIS_"):
            assert name in known, name


def test_the_profile_prints_shell_commands(capsys: pytest.CaptureFixture[str]) -> None:
    def printed(*arguments: str) -> dict[str, str]:
        main(arguments)
        lines = capsys.readouterr().out.splitlines()
        assert all(line.startswith("export ") for line in lines)
        return {name: value for name, _, value in (line[7:].partition("=") for line in lines)}

    plain = printed()
    assert plain.keys() == {*SERVER, *CLIENT}
    with_redis = printed("--redis", "redis.internal:6380")
    assert with_redis.keys() - plain.keys() >= REDIS.keys()
    assert with_redis["PREFECT_REDIS_MESSAGING_HOST"] == "redis.internal"
    assert with_redis["PREFECT_REDIS_MESSAGING_PORT"] == "6380"
    assert printed("--redis", "redis")["PREFECT_REDIS_MESSAGING_PORT"] == "6379"
    with pytest.raises(SystemExit):
        main(["--redis", "redis:none"])


def test_every_variable_is_one_that_the_code_reads() -> None:
    for name in env_example():
        if name.startswith(("VITRINE_", "PIXAZO_", "EMPIRIOLABS_")):
            assert name in CODE, name
    files = [service.get("env_file") for service in SERVICES.values() if "env_file" in service]
    assert set(files) == {"vitrine.env"}
    assert "vitrine.env" in (ROOT / ".gitignore").read_text().split()


def test_the_image_is_built_from_what_there_is_and_runs_as_nobody_special() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)
    assert all((ROOT / name).exists() for name in copied)
    assert re.search(r"^USER vitrine$", DOCKERFILE, re.MULTILINE)
    extras = re.search(r"'\.\[(.+)\]'", DOCKERFILE)
    assert extras is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(extras.group(1).split(",")) <= set(project["optional-dependencies"])
    assert "PIP_CONSTRAINT=constraints.txt" in DOCKERFILE


@pytest.mark.parametrize("name", ["kubernetes.yaml", "helm-values.yaml"])
def test_kubernetes_runs_workers_of_the_same_pool(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert yaml.safe_load(text)
    assert re.search(rf'"--pool", "{WORK_POOL}"|workPool: {WORK_POOL}$', text, re.MULTILINE)


def test_buckets_are_created_once(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_url)
    for _ in range(2):
        create_buckets(["vitrine-work"])
    names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
    assert "vitrine-work" in names
