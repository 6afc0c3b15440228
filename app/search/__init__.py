"""The index: schema, building and querying. Promises that what it holds can always be made again from the database."""
