"""
Fejlindbakken: what its pages show and ask, made of what the core says. Nothing is decided here.

Who may do what about a failure follows from whose it is: a caseworker sees to the letter, an administrator to the
machine and to what the provider has to be asked.
"""
