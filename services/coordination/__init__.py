"""What processes tell each other: limits, leases, wake-ups, fan-out. Never the truth, always with an end."""
