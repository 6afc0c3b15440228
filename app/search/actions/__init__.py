"""Keeping the index: building it anew, taking in changes, mending it, and following along in every web worker."""

from app.search.actions.building import catch_up, keep_up, mend, prune_changes, rebuild
from app.search.actions.following import follow
from app.search.actions.unmet import notice, write_down

__all__ = ["catch_up", "follow", "keep_up", "mend", "notice", "prune_changes", "rebuild", "write_down"]
