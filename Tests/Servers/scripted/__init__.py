"""A server that speaks AWS Step Functions, instance metadata and container credentials as a test scripts them."""
