"""How much may be sent: named once here, and told from here on every page that asks for a file."""

MEGABYTE = 1024 * 1024
FILE_MOST_BYTES = 20 * MEGABYTE
"""Of one file that somebody chooses. What a telephone takes today is 3 to 15 megabytes."""
FILE_MOST_WORDS = f"{FILE_MOST_BYTES // MEGABYTE}MB"
REQUEST_MOST_BYTES = FILE_MOST_BYTES + 12 * MEGABYTE
"""Of everything sent at once. A file a little too big is still read, so that its form can say so and lose no word; what is
bigger than this is not read at all."""
