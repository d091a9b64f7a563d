"""Serve the page that shows a follower's phone: plain HTML, CSS and JavaScript, no build, no outside request."""
