"""A believable invented council to try the site with and to test in a browser. Nothing imports it."""
