"""kind: configurations, the provider on a program that plays kind, and the doctor."""
