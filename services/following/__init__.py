"""Follow what happens to petitions, for those who keep something derived from it: the audit log, figures, replies."""
