"""How well messages are sorted: letters by learned categories, residents' short words by the built-in ones."""
