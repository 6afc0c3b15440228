"""What is done with people's money: budgets agreed, released, changed and ended; money moved, set aside and paid back."""
