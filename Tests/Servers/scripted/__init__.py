"""A server that speaks AWS Step Functions, AWS Batch, AWS Glue, Amazon ECS, CloudWatch Logs, instance metadata and
container credentials as a test scripts them."""
