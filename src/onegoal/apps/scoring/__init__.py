"""The lead score learnt from the company's own outcomes."""
