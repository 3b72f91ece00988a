"""Other services, one file for each: Cognito, SES, SQS, KMS, Lambda."""
