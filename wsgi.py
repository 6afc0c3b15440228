"""What a web server imports."""

import gc

from app import create_app

app = create_app()

# What is loaded now stays for the life of the worker: looking through it again and again for rubbish took a tenth of
# every page's time.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
