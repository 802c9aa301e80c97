"""Websider: HTML becomes PDF by WeasyPrint, in a child process, and nothing is fetched for it."""
