"""Adding and keeping articles: drafts, publishing, versions, withdrawal, syncing a folder."""
