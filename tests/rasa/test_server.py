"""A project's actions on their own server, over loopback, and in this process."""

import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot import Context
from bot.config import Settings
from bot.errors import SkillError
from bot.plugins import find_skills
from bot.rasa.server import RejectedError, at, in_process
from bot.testing import check_skill, turn


class Server(BaseHTTPRequestHandler):
    """Says what it was asked, as an action server does."""

    asked: list[Mapping[str, Any]]

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(request)
        action = request["next_action"]
        status = {"action_reject": 400, "action_crash": 500}.get(action, 200)
        events = [{"event": "slot", "name": "branch", "value": "south"}]
        said = [{"text": f"{action} for {request.get('sender_id')}"}]
        body: dict[str, Any] = {"events": events, "responses": said}
        if status != 200:
            name = {"action_name": action} if status == 400 else {}
            body = {"error": "as was asked", **name}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *arguments: object) -> None: ...  # noqa: A002


@pytest.fixture
def url() -> Iterator[str]:
    Server.asked = []
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/webhook"
        server.shutdown()
        thread.join()


def test_an_action_server_is_asked_as_rasa_asks_it(url: str) -> None:
    events, said = at(url)({"next_action": "action_lend", "sender_id": "ana"})

    assert events[0]["value"] == "south"
    assert said == [{"text": "action_lend for ana"}]
    assert "version" in Server.asked[0]


def test_a_rejection_is_told_from_a_failure(url: str) -> None:
    with pytest.raises(RejectedError):
        at(url)({"next_action": "action_reject"})
    with pytest.raises(SkillError, match=r"failed: .*as was asked"):
        at(url)({"next_action": "action_crash"})


def test_a_server_that_is_not_there_is_named(url: str) -> None:
    with pytest.raises(SkillError, match=r"No action server answers at http://127\.0\.0\.1:9/"):
        at("http://127.0.0.1:9/webhook")({"next_action": "action_lend"})


def test_a_project_can_have_its_actions_elsewhere(
    settings: Settings, project: Path, url: str
) -> None:
    code = (project / "__init__.py").read_text()
    (project / "__init__.py").write_text(code.replace("pass", f"actions_at = {url!r}"))
    (spec,) = find_skills(settings)

    reply = spec.load()(None, project).run(turn("what is good?", "pick"), Context())

    assert reply is not None
    assert reply.text == "action_session_start for tester\n\naction_suggest for tester"
    last = Server.asked[-1]
    assert last["tracker"]["latest_message"]["intent"]["name"] == "pick"
    assert last["domain"]["forms"]["loan_form"]["required_slots"][0] == "title"


def test_a_project_without_actions_has_none(tmp_path: Path) -> None:
    call, names = in_process(tmp_path)

    assert names == frozenset()
    assert call({"next_action": ""}) == ([], [])


def test_a_project_keeps_the_contract_of_skills(settings: Settings, project: Path) -> None:
    (spec,) = find_skills(settings)
    nlu = (project / "data" / "nlu.yml").read_text()
    (project / "own.yml").write_text(nlu.partition("- intent: out_of_scope")[0])

    check_skill(spec.load()(None, project / "none"), project / "own.yml")
