"""Which district, street or community a text names. Reports several as several; never guesses one of them."""
