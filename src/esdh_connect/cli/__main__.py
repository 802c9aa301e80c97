"""``python -m esdh_connect.cli`` is ``esdh-connect``."""

from esdh_connect.cli import main

if __name__ == "__main__":
    main()
