"""What is done with somebody's budget: agreed, changed, ended, and looked after as they chose."""
