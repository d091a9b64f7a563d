"""Conversations of citizens with whoever owns them now: bot, queue or agent."""
