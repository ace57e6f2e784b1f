"""The trail of every change: who, when, through what, before and after."""
