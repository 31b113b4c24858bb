"""Reports, rows and alerts as documents: what each reader takes, and no I/O."""
