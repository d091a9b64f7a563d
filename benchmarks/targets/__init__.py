"""The servers that are measured beside ours; each only checks the signature, parses and echoes."""
