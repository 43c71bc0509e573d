//! How a table is written.

use super::{Decimal, TableOptions};

/// What stands between fields in tables of which nothing is known; blanks are in too many texts.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// A character that no text has: the separator of a single column.
const NONE: u8 = 0x1f;

/// One way to take a text apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between fields.
    pub separator: u8,
    /// What begins decimals.
    pub decimal: Decimal,
    /// Whether the mark was found out and not said.
    pub guessed: bool,
}

impl Dialect {
    /// Whether a comma in a number has two meanings of which neither is tried.
    pub fn leaves_comma_open(&self) -> bool {
        self.guessed && !self.may_have_decimal_commas()
    }

    fn may_have_decimal_commas(&self) -> bool {
        self.separator != b',' && self.separator != NONE
    }

    /// The separator in words.
    pub fn name(&self) -> Option<String> {
        Some(match self.separator {
            NONE => return None,
            b'\t' => "tabs".into(),
            b' ' => "blanks".into(),
            other => format!("`{}`", char::from(other)),
        })
    }
}

/// The ways in which a text can be taken apart, ordinary ones first.
pub fn possible(text: &str, options: &TableOptions) -> Vec<Dialect> {
    let mut separators = match options.separator {
        Some(separator) => vec![separator],
        None => {
            let quotes = text.contains('"');
            // What begins decimals is no separator, unless quotes tell the two apart.
            let free = |c: u8| c != b',' || options.decimal != Some(Decimal::Comma) || quotes;
            SEPARATORS.into_iter().filter(|c| text.as_bytes().contains(c) && free(*c)).collect()
        }
    };
    if separators.is_empty() {
        separators.push(NONE);
    }
    let mut ways = Vec::new();
    for separator in separators {
        let guessed = options.decimal.is_none();
        let way = |decimal| Dialect { separator, decimal, guessed };
        match options.decimal {
            Some(decimal) => ways.push(way(decimal)),
            None => {
                let point = way(Decimal::Point);
                ways.push(point);
                if point.may_have_decimal_commas() && text.contains(',') {
                    ways.push(way(Decimal::Comma));
                }
            }
        }
    }
    ways
}
