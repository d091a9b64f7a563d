"""An address is checked at the start, and a secret never shows."""

import pytest

from channels.plugins.settings import EndpointSettings, checked_endpoint
from services.secret import Secret
from services.settings import BadSettings


def test_no_address_is_no_plugin() -> None:
    assert checked_endpoint(EndpointSettings(secret=Secret("token")), name="plugins.ranker") is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8200/rank", "https://rank.example.test/v1/rank?model=2"])
def test_an_address_is_taken_as_it_stands(url: str) -> None:
    endpoint = checked_endpoint(EndpointSettings(url=url), name="plugins.ranker")
    assert endpoint is not None
    assert endpoint.url == url


@pytest.mark.parametrize(
    "url",
    [
        "rank.example.test",
        "ftp://example.test/",
        "http://",
        "http://user:word@example.test/",
        "http://a:99999/",
        "http://[::1/",
    ],
)
def test_a_strange_address_stops_the_start_by_name(url: str) -> None:
    with pytest.raises(BadSettings, match=r"plugins\.ranker\.url"):
        checked_endpoint(EndpointSettings(url=url), name="plugins.ranker")


def test_a_secret_that_no_header_holds_stops_the_start_without_showing_it() -> None:
    given = EndpointSettings(url="http://127.0.0.1/", secret=Secret("to\nken"))
    with pytest.raises(BadSettings, match=r"plugins\.rewriter\.secret") as refused:
        checked_endpoint(given, name="plugins.rewriter")
    assert "ken" not in str(refused.value).removeprefix("plugins.rewriter.secret")
    assert "ken" not in repr(given)
