"""What operators do with a running stage, on AWS or embedded: both are reached through the environment alone."""
