"""Looking at a file, bringing it row by row, undoing it row by row."""
