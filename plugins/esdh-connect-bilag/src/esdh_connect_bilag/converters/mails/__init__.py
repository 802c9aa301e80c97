"""E-mails: the message itself and everything attached to it, in order, as one PDF."""
