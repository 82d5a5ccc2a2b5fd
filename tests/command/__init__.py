"""The ``dualstack`` command as a user meets it: whole runs on clusters that are served beside them."""
