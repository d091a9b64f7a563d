"""Every action of the desk by its name is one command, decoded from exactly its own fields."""

import msgspec
import pytest
from msgspec import Raw

from channels.desk.actions import COMMANDS, UnknownAction, command_of, version_in
from channels.problem import Malformed
from services.petitions.centre_commands import CallBack, Dispatch
from services.petitions.department_commands import Answer


def fields(**values: object) -> dict[str, Raw]:
    return {name: Raw(msgspec.json.encode(value)) for name, value in values.items()}


def test_fields_become_the_command() -> None:
    assert command_of("dispatch", fields(to="gaj", version=3)) == Dispatch(to="gaj")
    called = command_of("call-back", fields(reached=True, solved=True, result=5, process=4))
    assert called == CallBack(reached=True, solved=True, result=5, process=4)
    assert command_of("answer", fields(public_text="a", internal_text="b")) == Answer(
        public_text="a", internal_text="b"
    )


@pytest.mark.parametrize("action", COMMANDS)
def test_a_field_of_another_action_is_refused_everywhere(action: str) -> None:
    with pytest.raises(Malformed) as refusal:
        command_of(action, fields(of_no_action=1))
    assert refusal.value.fields == {"of_no_action": "unknown field"}


@pytest.mark.parametrize("action", ["", "Accept", "accept ", "../accept", "reveal", "withdraw"])
def test_an_action_nobody_offers_is_unknown(action: str) -> None:
    with pytest.raises(UnknownAction):
        command_of(action, {})


def test_a_value_of_another_type_is_refused_by_its_field() -> None:
    with pytest.raises(Malformed) as refusal:
        command_of("dispatch", fields(to=3))
    assert list(refusal.value.fields) == ["to"]


@pytest.mark.parametrize(("given", "version"), [({}, None), ({"version": None}, None), ({"version": 3}, 3)])
def test_the_version_of_a_screen_may_be_left_out(given: dict[str, object], version: int | None) -> None:
    assert version_in(fields(**given)) == version


@pytest.mark.parametrize("version", ["3", 1.5, [], True])
def test_a_version_that_is_no_number_is_refused(version: object) -> None:
    with pytest.raises(Malformed) as refusal:
        version_in(fields(version=version))
    assert list(refusal.value.fields) == ["version"]
