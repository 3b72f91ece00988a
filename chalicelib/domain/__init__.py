"""What a report is. Pure: no clock, no random, no environment, no bytes, no AWS."""
