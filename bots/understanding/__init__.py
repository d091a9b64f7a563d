"""What a citizen's words mean: kind of request, items that match, the guide field asked for. No state, no replies."""
