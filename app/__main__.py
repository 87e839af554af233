"""`python -m app` is the command line `icosa`."""

from app.commands.main import app

if __name__ == "__main__":
    app()
