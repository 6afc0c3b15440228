"""Whether people find what they mean: judged questions (``judgements.txt``), and how well search answers them."""
