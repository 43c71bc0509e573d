//! A way out in words, and the settings that it names.
//!
//! A library does not know what its settings are called where somebody meets them: a flag, a keyword, a field of a page.
//! So a hint holds the setting itself, and the front end words it.

use std::borrow::Cow;
use std::fmt;

/// What a reader of messages can set; front ends have their own words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Values of names.
    Data,
    /// How directions of structured matrices are counted.
    Symmetric,
    /// The language in which a formula is written.
    Language,
    /// A direction that a derivative is multiplied with.
    Times,
    /// That everything is said for a program.
    Json,
    /// How long a search may take.
    Seconds,
    /// How many boxes a search may look at.
    Boxes,
    /// What stands between the fields of a table.
    CsvSeparator,
    /// What begins the decimals of a table's numbers.
    CsvDecimal,
    /// Whether the first row of a table has names.
    CsvHeader,
    /// What is done with a first column that names the rows.
    CsvIndex,
}

impl Setting {
    /// All of them, for the tables of front ends.
    pub const ALL: &'static [Setting] = &[
        Setting::Data,
        Setting::Json,
        Setting::Seconds,
        Setting::Boxes,
        Setting::Symmetric,
        Setting::Language,
        Setting::Times,
        Setting::CsvSeparator,
        Setting::CsvDecimal,
        Setting::CsvHeader,
        Setting::CsvIndex,
    ];

    /// A name of small letters and hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Setting::Data => "data",
            Setting::Json => "json",
            Setting::Seconds => "seconds",
            Setting::Boxes => "boxes",
            Setting::Symmetric => "symmetric",
            Setting::Language => "language",
            Setting::Times => "times",
            Setting::CsvSeparator => "csv-separator",
            Setting::CsvDecimal => "csv-decimal",
            Setting::CsvHeader => "csv-header",
            Setting::CsvIndex => "csv-index",
        }
    }

    /// The setting with this value.
    pub fn to(self, value: impl Into<Cow<'static, str>>) -> Choice {
        Choice { setting: self, value: Some(value.into()) }
    }
}

impl From<Setting> for Choice {
    fn from(setting: Setting) -> Choice {
        Choice { setting, value: None }
    }
}

/// A setting, and perhaps a value for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is set.
    pub setting: Setting,
    /// To what.
    pub value: Option<Cow<'static, str>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Choice(Choice),
}

/// Words with settings between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    parts: Vec<Part>,
}

impl Hint {
    /// The words of a template with a choice in the place of each `{}`.
    ///
    /// ```
    /// use beltrami_diag::{Hint, Setting};
    /// let hint = Hint::with("`{}` leaves the column out", [Setting::CsvIndex.to("drop")]);
    /// let flags = hint.worded(&|choice| {
    ///     format!("--{} {}", choice.setting.name(), choice.value.as_deref().unwrap_or_default())
    /// });
    /// assert_eq!(flags.to_string(), "`--csv-index drop` leaves the column out");
    /// ```
    pub fn with<C: Into<Choice>>(
        template: &'static str,
        choices: impl IntoIterator<Item = C>,
    ) -> Hint {
        let mut choices = choices.into_iter();
        let mut parts = Vec::new();
        for (place, words) in template.split("{}").enumerate() {
            if place > 0
                && let Some(choice) = choices.next()
            {
                parts.push(Part::Choice(choice.into()));
            }
            parts.push(Part::Words(words.into()));
        }
        Hint { parts }
    }

    /// These words, and then others.
    pub fn and(mut self, more: impl Into<Hint>) -> Hint {
        self.parts.extend(more.into().parts);
        self
    }

    /// The same hint with the words that a front end has for settings.
    pub fn worded(&self, words: &dyn Fn(&Choice) -> String) -> Hint {
        let worded = self.parts.iter().map(|part| match part {
            Part::Words(text) => text.clone(),
            Part::Choice(choice) => words(choice),
        });
        Hint::from(worded.collect::<String>())
    }

    /// The hint with its own words changed; settings stay.
    pub fn map_words(self, change: &dyn Fn(&str) -> String) -> Hint {
        let changed = self.parts.into_iter().map(|part| match part {
            Part::Words(text) => Part::Words(change(&text)),
            choice => choice,
        });
        Hint { parts: changed.collect() }
    }
}

impl<T: Into<String>> From<T> for Hint {
    fn from(words: T) -> Hint {
        Hint { parts: vec![Part::Words(words.into())] }
    }
}

/// As nobody in particular says it: `csv-index drop`.
impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Words(text) => f.write_str(text),
            Part::Choice(choice) => write!(f, "{choice}"),
        })
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.setting.name())?;
        self.value.as_ref().map_or(Ok(()), |value| write!(f, " {value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_stand_where_the_template_has_a_place() {
        let hint = Hint::with(
            "say which with `{}` and `{}`",
            [Setting::CsvSeparator, Setting::CsvDecimal],
        );
        assert_eq!(hint.to_string(), "say which with `csv-separator` and `csv-decimal`");
        let python = hint.worded(&|choice| choice.setting.name().replace('-', "_") + "=");
        assert_eq!(python.to_string(), "say which with `csv_separator=` and `csv_decimal=`");
        // Braces in a user's own text are no places.
        assert_eq!(Hint::from("name `{}`").worded(&|_| "x".into()).to_string(), "name `{}`");
    }
}
