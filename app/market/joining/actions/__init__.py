"""Joining: writing a draft, giving it up, publishing it, and the council's answer where one is needed."""
