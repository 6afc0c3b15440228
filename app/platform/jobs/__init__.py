"""Work that is due by itself: which job ran when, who has it in hand, what is late. Promises that each due run happens at least once, whatever worker dies, and not twice while its worker lives."""
