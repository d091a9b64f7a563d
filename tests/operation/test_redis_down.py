"""Without its Redis the server starts and serves: what Redis carries is only ever a convenience (design 4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live import PASSWORD, Api, serving
from tests.support.servers import HOST, free_port


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """Give a client of a server whose Redis does not listen."""
    with serving(tmp_path, QD_REDIS__URL=f"redis://{HOST}:{free_port()}/0") as live:
        yield Api(live.url)


def test_people_are_served_and_only_the_stream_asks_them_to_come_again(api: Api) -> None:
    guest = api.guest()
    # What people came for works
    said = {"client_id": "m1", "parts": [{"type": "text", "body": "身份证丢了怎么补办"}]}
    status, answer = guest.call("POST", "/api/v1/messages", said)
    assert (status, answer["replies"][0]["from"]) == (200, "bot")
    assert guest.call("POST", "/api/v1/messages", said) == (200, answer)
    body = {"kind": "help", "text": "楼道灯坏了", "place": {"text": "市北区"}}
    status, filed = guest.call("POST", "/api/v1/petitions", body)
    assert status == 201
    # So do the desk, its lock against guessing, and the push
    wrong = {"name": "agent1", "password": "wrong"}
    assert [api.call("POST", "/desk/api/v1/sessions", wrong)[0] for _ in range(6)] == [401] * 5 + [429]
    status, session = api.call("POST", "/desk/api/v1/sessions", {"name": "clerk1", "password": PASSWORD})
    assert status == 201
    clerk = Api(api._url, session["token"])
    assert clerk.call("POST", f"/desk/api/v1/petitions/{filed['number']}/accept", {})[0] == 200
    assert api.call("GET", "/health/ready")[0] == 200
    # A ticket would have to be known to every process, so a client falls back to asking
    status, refused = guest.call("POST", "/api/v1/stream/tickets")
    assert (status, refused["code"]) == (503, "request.unavailable")
    assert guest.call("GET", "/api/v1/messages")[0] == 200
