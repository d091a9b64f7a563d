"""Tokens are long, fresh, and kept as something that opens nothing."""

from services.identity.tokens import new_token, token_id


def test_tokens_are_256_random_bits() -> None:
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert all(len(token) == 43 for token in tokens)


def test_an_id_depends_on_kind_and_token_and_shows_neither() -> None:
    token = new_token()
    assert token_id("gt", token) == token_id("gt", token)
    assert token_id("gt", token) != token_id("st", token)
    assert token_id("gt", token).removeprefix("gt_") == token_id("st", token).removeprefix("st_")
    assert token not in token_id("gt", token)
