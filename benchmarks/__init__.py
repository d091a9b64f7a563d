"""Speed, side by side with peers: ``make bench`` prints a table and writes benchmarks/results.json."""
