"""The mayor's mailbox and other sources that hand over files: letters and records come in, answers go out."""
