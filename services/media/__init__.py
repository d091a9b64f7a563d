"""Pictures citizens send: checked, stripped of what the camera wrote into them, and kept as files."""
