"""The lead inbox: who gets which lead, by when it is to be answered, and what to do first."""
