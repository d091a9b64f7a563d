"""Who answers a citizen, and what: router, item answers, petition dialogue, progress. Speak messages, know no channel."""
