"""What search engines are told: which pages they may read, and where each listing and provider is."""
