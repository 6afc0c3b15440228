"""Rules of bookings, without a database: states, times, who pays, what cancelling costs."""
