"""Other services, one a file: Cognito, SES, SQS, KMS, Lambda."""
