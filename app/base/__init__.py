"""What every storey stands on: the database, columns, the clock, money, refusals and the write lock. It knows nothing of the project."""
