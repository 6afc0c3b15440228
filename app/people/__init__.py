"""Who is here: accounts, councils, and who may act for and with a person."""
