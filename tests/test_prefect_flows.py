"""The Prefect flows against a real (test) server: a run succeeds or fails as it should, and leaves its artifact."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.schedules import day_later, deployments
from flows.settings import Settings, find_data
from register.models import RECORD, DecisionVerdict
from register.store import Store, utc_now
from tests.drafts import LOCALITY, decide, queued

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


def artifacts() -> dict[str, str]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return {artifact.key: str(artifact.data) for artifact in client.read_artifacts()}


@pytest.mark.prefect
def test_publish_as_a_flow_leaves_its_counts_as_an_artifact(prefect_server: None, tmp_path: Path) -> None:
    from flows.prefect_flows import publish_flow

    with Store(tmp_path / "register.db", clock=utc_now) as store:
        queued(store)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    counts = publish_flow(str(tmp_path / "register.db"), str(find_data()), str(tmp_path / "dataset"))
    assert counts["records"] == 1
    assert (tmp_path / "dataset" / "records.csv").exists()
    (key, text), *_ = artifacts().items()
    assert key.startswith("publish-pub-")
    assert "| records published | 1 |" in text


@pytest.mark.prefect
def test_a_quarantined_run_fails_the_flow_and_says_why(prefect_server: None, tmp_path: Path) -> None:
    from flows.prefect_flows import QuarantinedError, discover_flow

    data = tmp_path / "data"
    data.mkdir()
    for path in find_data().iterdir():
        if path.name != "localities":
            (data / path.name).symlink_to(path)
    (data / "localities").mkdir()
    text = (find_data() / "localities" / "sample.toml").read_text()
    # Port 9 is discard: nothing answers there.
    (data / "localities" / "sample.toml").write_text(text.replace("127.0.0.1:8765", "127.0.0.1:9"))
    with pytest.raises(QuarantinedError, match="expected at least"):
        discover_flow("sample", str(tmp_path / "register.db"), str(data))
    told = artifacts()["discover-sample"]
    assert "quarantined" in told
    assert "host left early" in told


@pytest.mark.prefect
def test_a_served_deployment_runs_in_a_process_of_its_own(prefect_server: None, tmp_path: Path) -> None:
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound
    from prefect.settings import PREFECT_API_URL

    register = tmp_path / "register.db"
    with Store(register, clock=utc_now) as store:
        queued(store)
        decide(store, RECORD, DecisionVerdict.APPROVE)
    program = [Path(sys.executable).parent / "tidiermap", "--register", register, "serve"]
    environment = {
        **os.environ,
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "PREFECT_HOME": str(tmp_path / "home"),
    }
    with (tmp_path / "serve.log").open("w") as log:
        served = subprocess.Popen(program, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(120):
                assert served.poll() is None, (tmp_path / "serve.log").read_text()
                try:
                    run = run_deployment("publish/publish", timeout=90, poll_interval=1)
                    break
                except ObjectNotFound:
                    time.sleep(0.5)
        finally:
            served.terminate()
            served.wait(timeout=30)
    assert run.state is not None
    assert run.state.is_completed(), (tmp_path / "serve.log").read_text()
    assert (tmp_path / "dataset" / "records.csv").exists()


def test_each_locality_has_its_schedule_and_publish_runs_every_night() -> None:
    planned = deployments(Settings(), folder=Path("dataset"))
    names = {plan.name: plan for plan in planned}
    assert {f"discover-{LOCALITY}", f"recheck-{LOCALITY}", "publish"} <= set(names)
    assert names["publish"].cron
    assert Path(names["publish"].parameters["register_path"]).is_absolute()


@pytest.mark.parametrize(
    ("cron", "later"), [("0 3 * * 1", "0 3 * * 2"), ("5 4 * * 6", "5 4 * * 0"), ("0 3 * * *", "0 3 * * *"), ("", "")]
)
def test_rechecks_come_a_day_after_discovery(cron: str, later: str) -> None:
    assert day_later(cron) == later
