"""How a council's money is looked after for a person. Promises that it is as the person chose, and that a fund is held by who said yes."""
