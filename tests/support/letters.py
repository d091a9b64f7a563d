"""Write letters to the mayor's mailbox."""

from email.message import EmailMessage
from email.policy import SMTP


def a_letter(
    text: str = "您好，示例路的路灯坏了三天，请处理。",
    *,
    subject: str = "投诉路灯",
    charset: str = "utf-8",
    **headers: str,
) -> bytes:
    """Return a letter as a mail server hands it over; a header given empty is left out, ``_`` in its name is ``-``."""
    letter = EmailMessage(policy=SMTP)
    given = {
        "From": "示例 <someone@example.org>",
        "To": "mayor@example.org",
        "Subject": subject,
        "Message-ID": "<letter-1@example.org>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            letter[name] = value
    letter.set_content(text, charset=charset, cte="base64")
    return letter.as_bytes()
