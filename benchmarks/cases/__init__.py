"""What people really send, from public bug reports: every file through Vitrine, against what is right."""
