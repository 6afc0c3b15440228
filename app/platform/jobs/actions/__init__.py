"""What becomes of a job: taken in hand under a lease, renewed, ended; and the worker that does it at its time."""
