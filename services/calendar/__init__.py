"""Which days and hours the city works. Built from the yearly notices of the State Council, never extrapolated."""
