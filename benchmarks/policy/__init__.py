"""Policy search: ours, SQLite's full-text search and plain BM25 on the same documents, learned questions and questions."""
