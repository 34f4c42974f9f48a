//! Every string that a person sees, in Kazakh, Russian and English: Fluent messages, embedded in the program.
//!
//! What others wrote enters a message only as an argument, and every argument is made harmless on its way in.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::args::Lang;
use crate::render::harmless;

/// The texts of one language.
pub(crate) struct Catalogue {
    bundle: FluentBundle<FluentResource>,
}

/// What stands in a message for a name of that argument.
pub(crate) type Argument<'a> = (&'a str, FluentValue<'a>);

impl Lang {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// The tag by which the language is known.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language that begins a locale's name such as `kk_KZ.UTF-8`.
    pub(crate) fn of_locale(locale: &str) -> Option<Self> {
        let tag = locale.split(['_', '.', '-', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(tag))
    }

    const fn source(self) -> &'static str {
        match self {
            Self::Kk => include_str!("../locales/kk.ftl"),
            Self::Ru => include_str!("../locales/ru.ftl"),
            Self::En => include_str!("../locales/en.ftl"),
        }
    }
}

impl Catalogue {
    /// The catalogue of one language.
    pub(crate) fn load(lang: Lang) -> Self {
        let locales = lang.tag().parse::<LanguageIdentifier>().into_iter().collect();
        let mut bundle = FluentBundle::new_concurrent(locales);
        // Arguments are free of marks that turn the direction of text; the marks that isolate them would only be
        // in the way of whoever copies an id.
        bundle.set_use_isolating(false);
        // What does not parse, or stands twice, is found by the tests of this module.
        let resource = FluentResource::try_new(lang.source().to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { bundle }
    }

    /// The message `key`; the key itself where there is none, which the tests of this module rule out.
    pub(crate) fn text(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// The message `key` with its arguments.
    pub(crate) fn say(&self, key: &str, arguments: &[Argument<'_>]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let arguments: FluentArgs<'_> = arguments.iter().map(|(name, value)| (*name, made_harmless(value))).collect();
        self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }

    /// Whether there is a message `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }
}

fn made_harmless<'a>(value: &FluentValue<'a>) -> FluentValue<'a> {
    match value {
        FluentValue::String(text) => FluentValue::String(harmless::line(text).into()),
        FluentValue::Number(_) | FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => value.clone(),
    }
}

#[cfg(test)]
mod tests;
