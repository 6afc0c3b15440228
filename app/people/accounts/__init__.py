"""People, sign-in and roles. Promises that a door nobody marked is shut."""
