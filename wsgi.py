"""What a web server imports."""

import gc

import click
from sqlalchemy.exc import SQLAlchemyError

from app import create_app
from app.base.schema import refuse_unknown_schema

app = create_app()

command = click.get_current_context(silent=True)
if command is None or command.info_name == "run":
    # A server; commands are let in, for one of them mends it. While the database is away nobody can say, and /health does.
    with app.app_context():
        try:
            refuse_unknown_schema()
        except SQLAlchemyError:
            app.logger.warning("the database does not answer yet")

# What is loaded now stays for the life of the worker: looking through it again and again for rubbish took a tenth of
# every page's time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
