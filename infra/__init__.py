"""Packaging, the resources on AWS, and the embedded stack for one machine."""
