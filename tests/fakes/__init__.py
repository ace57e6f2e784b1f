"""Other systems as the tests meet them: real servers on this machine with scripted answers."""
