//! What stands in a field.

use super::Decimal;

/// How tools write that there is no value.
const MISSING: &[&str] = &[
    "", "na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "missing", "-", "--", "?", ".",
];

/// A field by its text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field {
    /// A finite number.
    Number(f64),
    /// An infinite one, or one that exceeds the format.
    Infinite,
    /// A mark that there is no value.
    Missing,
    /// Digits and marks that make no number in this notation: a date, groups of thousands, the other decimal mark.
    Numeral,
    /// Anything else, such as a name.
    Word,
}

impl Field {
    /// Reads the text between two separators, blanks and a pair of quotes left out.
    pub fn of(text: &str, decimal: Decimal) -> Field {
        if let Some(number) = number(text, decimal) {
            return if number.is_finite() { Field::Number(number) } else { Field::Infinite };
        }
        let lower = text.to_ascii_lowercase();
        let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
        if matches!(unsigned, "inf" | "infinity") {
            Field::Infinite
        } else if MISSING.contains(&unsigned) || MISSING.contains(&lower.as_str()) {
            Field::Missing
        } else if text.contains(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| !c.is_alphabetic() || matches!(c, 'e' | 'E'))
        {
            Field::Numeral
        } else {
            Field::Word
        }
    }
}

/// The field without blanks around it and without one pair of quotes.
pub fn bare(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(field).trim()
}

/// Whether commas could stand between thousands: `1,500`, `12,000,000`.
pub fn may_be_thousands(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut groups = text.split(',');
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    groups.next().is_some_and(|first| {
        (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0')
    }) && groups.all(|group| group.len() == 3 && digits(group))
}

/// Digits with at most one decimal mark, and an exponent.
fn number(text: &str, decimal: Decimal) -> Option<f64> {
    let mark = if decimal == Decimal::Comma { b',' } else { b'.' };
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(sign);
    let mut at = sign + whole;
    let mut decimals = 0;
    if bytes.get(at) == Some(&mark) {
        decimals = digits(at + 1);
        at += 1 + decimals;
    }
    // A comma with no digit behind it ends a list and not a number.
    let unfinished = decimal == Decimal::Comma && text[..at].ends_with(',');
    if whole + decimals == 0 || unfinished {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        at += exponent;
        if exponent == 0 {
            return None;
        }
    }
    if at < bytes.len() {
        return None;
    }
    match decimal {
        Decimal::Point => text.parse().ok(),
        Decimal::Comma => text.replace(',', ".").parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_numbers_marks_or_words() {
        use Decimal::{Comma, Point};
        for (text, decimal, field) in [
            ("1.5", Point, Field::Number(1.5)),
            ("-.5e-3", Point, Field::Number(-0.0005)),
            ("+2.", Point, Field::Number(2.0)),
            ("1,5", Comma, Field::Number(1.5)),
            ("1,5E2", Comma, Field::Number(150.0)),
            ("1,5", Point, Field::Numeral),
            ("1.5", Comma, Field::Numeral),
            ("1,", Comma, Field::Numeral),
            ("1.000,5", Comma, Field::Numeral),
            ("2020-01-01", Point, Field::Numeral),
            ("1e", Point, Field::Numeral),
            ("1 000", Point, Field::Numeral),
            ("1e999", Point, Field::Infinite),
            ("-Inf", Point, Field::Infinite),
            ("NaN", Point, Field::Missing),
            ("-nan", Point, Field::Missing),
            ("", Point, Field::Missing),
            ("N/A", Point, Field::Missing),
            ("x1", Point, Field::Word),
            ("e", Point, Field::Word),
            ("é", Point, Field::Word),
            ("0x10", Point, Field::Word),
        ] {
            assert_eq!(Field::of(text, decimal), field, "{text}");
        }
        assert_eq!(bare(" \" a \" "), "a");
        assert!(may_be_thousands("-1,500") && may_be_thousands("12,000,000"));
        assert!(
            !may_be_thousands("0,500")
                && !may_be_thousands("1,50")
                && !may_be_thousands("1000,500")
        );
    }
}
