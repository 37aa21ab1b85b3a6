"""The OpenAPI description is true: requests made from it get the answers that it describes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import negative_data_rejection

from bot.channels.pages import OPENAPI
from training.service_process import ServiceProcess

TOKEN = "described-token"  # noqa: S105 - of nothing real
schema = schemathesis.openapi.from_dict(json.loads(OPENAPI.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    options = {"requests_a_minute": 1_000_000}
    found = ServiceProcess(
        tmp_path_factory.mktemp("described"), options, {"NOCTURNE_REST_TOKEN": TOKEN}
    )
    found.start()
    yield found
    found.stop()


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_service_answers_as_described(case: Any, service: ServiceProcess) -> None:
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{service.port}",
        headers={"Authorization": f"Bearer {TOKEN}"},
        # Clients of Rasa send all kinds of things: more is taken than is described.
        excluded_checks=[negative_data_rejection],
    )


def test_every_route_of_the_channel_is_described(service: ServiceProcess) -> None:
    paths = schema.raw_schema["paths"]

    assert {"/webhooks/rest/webhook", "/model/parse", "/status", "/ready"} <= set(paths)
