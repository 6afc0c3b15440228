"""Personal budgets, pots, periods and the balance left. Promises one number, the same for everybody who sees it."""
