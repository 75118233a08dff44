"""`python -m app`: see app/commands.py."""

from app.commands import main

if __name__ == "__main__":
    main()
