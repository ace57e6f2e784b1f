"""Teams: who leads whom, how the work is divided, how full the sellers' days are."""
