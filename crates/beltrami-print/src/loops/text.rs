//! Texts of scalar expressions, which C and Rust read alike.

use beltrami_core::Dim;

use crate::size::{self, SizeNames};

/// A text and how tightly its outermost operator binds.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub text: String,
    pub level: Level,
}

/// From loose to tight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Level {
    Choice,
    Sum,
    Product,
    Sign,
    Atom,
}

impl Text {
    pub fn new(text: impl Into<String>, level: Level) -> Text {
        Text { text: text.into(), level }
    }

    pub fn atom(text: impl Into<String>) -> Text {
        Text::new(text, Level::Atom)
    }

    /// A size.
    pub fn size(dim: &Dim, names: &SizeNames) -> Text {
        let level = match dim.terms() {
            _ if dim.as_symbol().is_some() || dim.as_constant().is_some() => Level::Atom,
            [_] => Level::Product,
            _ => Level::Sum,
        };
        Text::new(size::size(dim, names), level)
    }

    /// In parentheses unless it binds this tightly.
    pub fn at(&self, level: Level) -> String {
        if self.level >= level { self.text.clone() } else { format!("({})", self.text) }
    }

    /// Two texts with an operator between them.
    pub fn infix(sign: &'static str, a: &Text, b: &Text) -> Text {
        let (level, right) = match sign {
            "+" => (Level::Sum, Level::Sum),
            "-" => (Level::Sum, Level::Product),
            // Equal operators in a row are read from the left; a mix of integer operators is not regrouped.
            _ => (Level::Product, Level::Sign),
        };
        Text::new(format!("{} {sign} {}", a.at(level), b.at(right)), level)
    }

    pub fn negative(&self) -> Text {
        Text::new(format!("-{}", self.at(Level::Atom)), Level::Sign)
    }

    pub fn is_zero(&self) -> bool {
        self.text == "0"
    }
}

/// `a*b + c` over integers, without what is zero or one.
pub(crate) fn linear(a: &Text, b: &Text, c: &Text) -> Text {
    let product = match (a.text.as_str(), b.text.as_str()) {
        ("0", _) | (_, "0") => Text::atom("0"),
        (_, "1") => a.clone(),
        _ => Text::infix("*", a, b),
    };
    match (product.is_zero(), c.is_zero()) {
        (true, _) => c.clone(),
        (_, true) => product,
        _ => Text::infix("+", &product, c),
    }
}
