"""The staff's browser and scripts: sign in, look at petitions, move them, look after deliveries."""
