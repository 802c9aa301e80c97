"""Pictures as a PDF takes them: as they are stored where it can, else decoded and stored without loss."""
