"""What operators do with a running stage, on AWS or embedded. The environment alone selects the stage."""
