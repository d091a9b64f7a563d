"""A plug-in of the bot on a loopback port: well-behaved until it is told to be slow, wrong, foreign or worse."""
