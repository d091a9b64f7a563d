"""Who acts: citizens and guests by token, staff by password, and the sealing of personal fields."""
