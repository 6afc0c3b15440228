"""The reference: the barest page Flask can serve from a template."""

from flask import Flask, render_template_string

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """One small page, no database."""
    return render_template_string("<!doctype html><title>{{ words }}</title><h1>{{ words }}</h1>", words="Bare")
