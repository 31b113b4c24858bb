"""The embedded AWS: moto, strict fakes for its gaps, and a function runner."""
