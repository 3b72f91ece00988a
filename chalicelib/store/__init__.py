"""DynamoDB and S3: names every condition of a write and translates every storage error in one place."""
