"""No figure about people, nor anything worked out from several of them, speaks of too few or mostly of one."""
