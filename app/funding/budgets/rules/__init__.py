"""Plain rules of budgets: kinds of money, periods and what becomes of what is left, who may be paid, forecasts, words."""
