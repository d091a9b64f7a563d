"""The notice: one message to one person, worded for every way it might go out."""

from msgspec import Struct

from services.conversations.message import ContactPoint, Message, ReplyPart
from services.promises import Topic


class Notice(Struct, frozen=True, kw_only=True):
    """One message of ours that a channel is asked to deliver.

    Args:
        delivery_id: the idempotency key towards the platform (WeChat ``client_msg_id``), at most 64 characters.
        topic: decides the platform template, by the channel's own settings.
        contact: where to.
        parts: the message for ways that carry free text.
        fields: values by neutral name (number, status, department, due, at, text) for ways that carry templates;
            the channel knows each field's type and limit and cuts to it.
        url: absolute page behind the message, or empty.
        messages: for a conversation reply, the stored messages themselves (an app's stream shows them with ``seq``).
    """

    delivery_id: str
    topic: Topic
    contact: ContactPoint
    parts: tuple[ReplyPart, ...]
    fields: dict[str, str]
    url: str = ""
    messages: tuple[Message, ...] = ()


class Receipt(Struct, frozen=True, kw_only=True):
    """How a notice went out.

    ``way`` is the channel's word (customer_message, template, subscribe, stream); ``platform_id`` is the platform's
    id of the message when it gave one, by which its later report finds the delivery; ``shortened`` names fields that
    were cut to the platform's limits.
    """

    way: str
    platform_id: str = ""
    shortened: tuple[str, ...] = ()
