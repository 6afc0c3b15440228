"""What is done to providers: they are added, come from registers, get places on frameworks, are claimed and suspended."""
