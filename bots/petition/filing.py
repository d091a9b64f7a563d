"""File a finished form with the petition service."""

from bots.petition import wording
from bots.petition.ports import Filed
from bots.petition.state import Form
from services.conversations.message import MediaId
from services.conversations.model import Conversation
from services.ids import ConversationId
from services.petitions.filing import Draft
from services.petitions.kind import Kind
from services.petitions.model import Place
from services.petitions.service import PetitionService


class PetitionFiling:
    """Make a draft of the petition service out of the dialogue's form."""

    def __init__(self, petitions: PetitionService) -> None:
        """Take the service."""
        self._petitions = petitions

    async def file(self, form: Form, conversation: Conversation) -> Filed:
        """File once per draft and return number and query key; the phone in the form is plain."""
        filed = await self._petitions.file(_draft(form, conversation))
        return Filed(number=filed.number, query_key=filed.query_key, due=filed.due)


def _draft(form: Form, conversation: Conversation) -> Draft:
    place = form.place
    return Draft(
        key=form.draft,
        citizen_id=conversation.citizen_id,
        conversation_id=ConversationId(conversation.id),
        source=conversation.contact.channel,
        kind=Kind(form.kind),
        text=form.text,
        place=Place(text=wording.NO_PLACE)
        if place is None
        else Place(
            text=place.text,
            district=place.district,
            street=place.street_code,
            community=place.community_code,
            lat=place.lat,
            lng=place.lng,
        ),
        occurred=form.occurred,
        anonymous=form.anonymous,
        phone=form.phone,
        media=tuple(MediaId(media) for media in form.media),
    )
