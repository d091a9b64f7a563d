"""The import contracts speak of every folder there is: a new channel or service is under them from its first day."""

import tomllib

import pytest

from tests.support.source_tree import PRODUCT, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def test_the_contract_of_independence_names_every_channel() -> None:
    channels = {f"channels.{path.parent.name}" for path in (ROOT / "channels").glob("*/__init__.py")}
    named = {module for contract in CONTRACTS if contract["type"] == "independence" for module in contract["modules"]}
    assert named == channels


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["type"])
def test_a_contract_says_in_words_what_it_keeps(contract: dict[str, object]) -> None:
    assert len(str(contract["name"]).split()) > 3


def test_the_layers_are_the_four_packages_of_the_product() -> None:
    layers = [contract["layers"] for contract in CONTRACTS if contract["type"] == "layers"]
    assert [{name.strip(" ()") for layer in order for name in layer.split("|")} for order in layers] == [set(PRODUCT)]
