"""DynamoDB and S3: every condition of a write is named here, every storage error translated once."""
