"""Who is calling: tokens, and the rows that they rest on."""
