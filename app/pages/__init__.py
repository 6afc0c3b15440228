"""The start page, the pages about the site itself, and its health."""
