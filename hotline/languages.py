"""The catalogues of all packages as one, in the language of the viewer.

Decided here: in which folder the translations of a language lie. Not here: whose language is
which (the composition root chooses the locale), the words themselves.
The surprise: Babel calls zh_CN zh_Hans_CN and would look for folders of that name.
"""

from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

Catalogue = NullTranslations | Translations
FOLDERS = {"zh": "zh_CN"}


class Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Finds `<package>/translations/zh_CN`, or nothing for English: msgids are English."""

    def get_translations(self) -> Catalogue:
        """The words of every package in the present language; loaded once a process."""
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        name = FOLDERS.get(locale.language, locale.language)
        if name not in self.cache:
            self.cache[name] = self._load(name)
        found: Catalogue = self.cache[name]
        return found

    def _load(self, name: str) -> Catalogue:
        merged = Translations()
        for folder in self.translation_directories:
            catalogue = Translations.load(folder, [name])
            if isinstance(catalogue, Translations):
                merged.merge(catalogue)
                # merge() leaves the rule for plurals behind.
                merged.plural = catalogue.plural
        return merged
