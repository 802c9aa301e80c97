"""
Administration: what its pages show and decide.

:mod:`~esdh_connect_web.administration.deciding` says what a decision will do before it is made,
:mod:`~esdh_connect_web.administration.matrix` what is on where, :mod:`~esdh_connect_web.administration.standing` how
one department stands, and :mod:`~esdh_connect_web.administration.watching` what an administrator should look at.
"""
