"""Answer the calls of the platform's API, one topic a file; every function is ``(account, asked) -> answer``."""
