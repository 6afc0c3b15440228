"""Where outside systems knock. Promises that what is not signed changes nothing."""
