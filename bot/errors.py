"""BotError and its few children: errors whose text is fit to be shown to a person."""


class BotError(Exception):
    """Something a person can put right; the text names the thing and the remedy."""


class SettingsError(BotError):
    """A setting is unknown or has a value that cannot be used."""


class DataError(BotError):
    """A file of examples, utterances or answers cannot be used; names file and line."""


class PictureError(BotError):
    """A picture cannot be taken: it is no picture, is damaged, or is too large."""


class SkillError(BotError):
    """A skill cannot be put into service."""


class ModelError(BotError):
    """A model is missing, damaged or made by a newer Nocturne."""


class StoreError(BotError):
    """The database cannot be used."""
