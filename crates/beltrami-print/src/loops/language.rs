//! What a language writes its own way.

use beltrami_core::{Map, Number};

use super::body::Body;
use super::text::Text;
use crate::module::Unsupported;
use crate::program::ArrayId;

/// The outcome of writing a part of a program.
pub(crate) type Out<T> = Result<T, Unsupported>;

/// A language of loops.
pub(crate) trait Language {
    /// What it is called, with its library.
    fn title(&self) -> &'static str;
    /// An entry of an array with a name.
    fn read(&self, name: &str, axes: &[Text], at: &[Text]) -> Text;
    /// A number that is not negative.
    fn number(&self, number: Number) -> Text;
    /// A size as a floating-point number.
    fn converted(&self, size: &Text) -> Text;
    /// One of two values.
    fn choice(&self, condition: &str, yes: &Text, no: &Text) -> Text;
    /// A scalar function.
    fn map(&self, map: Map, a: &Text) -> Text;
    /// A power; `exponent` is its value, where it is known.
    fn power(&self, a: &Text, b: &Text, exponent: Option<Number>) -> Text;
    /// Gives an array a name, by a statement.
    fn bind(&self, body: &mut Body<'_>, id: ArrayId) -> Out<()>;
    /// A scalar that is no function of entries, as an expression; `None` where the language needs a statement for it.
    fn inline(&self, body: &mut Body<'_>, id: ArrayId) -> Out<Option<Text>>;
}
