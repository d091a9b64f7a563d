"""Take petitions in from every source under the number they have there, and give the answers back by the source."""
