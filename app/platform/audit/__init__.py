"""Who did what to what, for whom, and when. Promises that a row once written is never changed or removed."""
