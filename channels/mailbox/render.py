"""Write the answer to a letter as a mail that a mail server can send as it is."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from channels.mailbox import wording as words
from services.sources.store import Origin, SourceReply

_PLACEHOLDERS = ("due", "department", "reason", "text")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,190}>")


def answer_mail(reply: SourceReply, origin: Origin, *, to: str, sender: str) -> bytes:
    """Return the mail; the same reply always makes the same Message-ID, so a repeat is known as one."""
    mail = EmailMessage(policy=SMTP)
    title = origin.title or words.NO_SUBJECT
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = words.SUBJECT.format(title=" ".join(title.split()))
    mail["Date"] = format_datetime(reply.at)
    mail["Message-ID"] = f"<{file_name(reply)}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-replied"
    if _MESSAGE_ID.fullmatch(origin.thread):
        mail["In-Reply-To"] = origin.thread
        mail["References"] = origin.thread
    mail.set_content(words.GREETING.format(number=reply.number) + _words(reply) + words.CLOSING, cte="base64")
    return mail.as_bytes()


def file_name(reply: SourceReply) -> str:
    """Return a name that stands for the reply in files and addresses."""
    return reply.id.replace(":", ".")


def _words(reply: SourceReply) -> str:
    facts = {name: reply.facts.get(name, "") for name in _PLACEHOLDERS}
    return words.WORDS[reply.action].format(**facts).strip()
