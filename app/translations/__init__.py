"""The room of translations: the words of a dossier in other languages than Vietnamese."""
