"""Learn from use: what the bot decided, which questions it failed, and what operators publish about them."""
