"""Where tonghop runs: how it is packaged, what AWS must hold for it, and the embedded stack for one machine."""
