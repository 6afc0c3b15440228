"""Reading budgets: somebody's money and what is left of it, who it may pay, the year's figures and the statement."""
