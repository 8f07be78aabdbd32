"""A Messages API for tests."""
