"""What opens a petition and what hides its reporter."""

import pytest
from msgspec.structs import replace

from services.identity.sealing import CannotUnseal, Sealer
from services.petitions.keys import Contact, Keys, opens
from tests.support.petitions import KEYS, a_draft, a_petition


def test_a_query_key_opens_its_own_petition_as_people_type_it() -> None:
    petition = a_petition()
    key = KEYS.query_key(petition.id)
    assert opens(petition, key)
    assert opens(petition, f" {key[:4].lower()}-{key[4:8]} {key[8:]}")


@pytest.mark.parametrize("key", ["", "0" * 16, "short", "0" * 17, "路灯", "\x00" * 16])
def test_no_other_key_opens_it(key: str) -> None:
    assert not opens(a_petition(), key)


def test_the_key_of_another_petition_opens_nothing() -> None:
    other = a_petition(a_draft(key="draft-2"))
    assert not opens(a_petition(), KEYS.query_key(other.id))


def test_the_key_depends_on_the_installations_secret() -> None:
    elsewhere = Keys(query_secret=b"x" * 32, sealer=Sealer(b"k" * 32))
    assert elsewhere.query_key("pt_1") != KEYS.query_key("pt_1")


def test_the_contact_is_stored_sealed_and_opens_only_in_its_own_petition() -> None:
    petition = a_petition()
    assert petition.reporter.phone is not None
    assert "13000000000" not in petition.reporter.phone
    assert KEYS.contact(petition) == Contact(name="示例", phone="13000000000")
    with pytest.raises(CannotUnseal):
        KEYS.contact(replace(petition, id="pt_other"))


def test_a_contact_that_was_not_given_is_empty() -> None:
    petition = a_petition(a_draft(name="", phone=""))
    assert (petition.reporter.name, petition.reporter.phone) == (None, None)
    assert KEYS.contact(petition) == Contact(name="", phone="")
