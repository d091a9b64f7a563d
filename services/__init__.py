"""The city's rules and records. Knows no channel, no HTTP and no wording for citizens."""
