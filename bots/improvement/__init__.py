"""What learning from use needs of the bots: note each turn, judge a question, try a change on the regression pack."""
