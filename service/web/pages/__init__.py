"""Pages and their forms, one file per noun; a module's ``router`` is mounted by being here."""
