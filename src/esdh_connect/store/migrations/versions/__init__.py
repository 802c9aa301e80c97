"""One module per revision, named for its number and what it brings."""
