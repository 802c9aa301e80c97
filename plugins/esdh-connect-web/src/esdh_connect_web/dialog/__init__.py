"""
Dialogen »Send digitalt«: what its pages show, made of what the core says. Nothing is decided here.

The dialog carries two small things through the browser: the form token, which names the visit with the wish to send,
and the fingerprint of the plan that was shown.
"""
