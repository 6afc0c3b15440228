"""Everything that changes who stands beside whom, and what they may do."""
