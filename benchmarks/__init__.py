"""Measurements that anybody can repeat: one command each, the reference measured in the same run."""
