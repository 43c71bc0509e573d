//! Whether two outputs say the same: text to the letter, long numbers to rounding.

/// Rounding differs between processors, so numbers of many digits may differ by this much, relatively.
const RELATIVE: f64 = 1e-9;

/// Residuals are rounding errors themselves: below this, only their smallness says something.
const ABSOLUTE: f64 = 1e-9;

/// Coordinates of pictures may differ by a pixel.
const PIXEL: f64 = 1.0;

/// Whether the outputs agree.
pub fn same(left: &str, right: &str) -> bool {
    agree(left, right, close)
}

/// Whether two pictures show the same.
pub fn same_picture(left: &str, right: &str) -> bool {
    agree(left, right, |a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => (x - y).abs() <= PIXEL,
        _ => false,
    })
}

fn agree(left: &str, right: &str, close: fn(&str, &str) -> bool) -> bool {
    let (mut left, mut right) = (words(left), words(right));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || close(a, b) => {}
            _ => return false,
        }
    }
}

fn close(a: &str, b: &str) -> bool {
    let measured = |text: &str| text.contains('e') || text.contains('.') && text.len() > 8;
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) if measured(a) || measured(b) => {
            (x - y).abs() <= ABSOLUTE.max(RELATIVE * x.abs().max(y.abs()))
        }
        _ => false,
    }
}

/// Splits a text into numbers, single characters, and runs of letters that no number can be part of.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = if first.is_ascii_digit() {
            number_length(rest)
        } else if first.is_alphabetic() {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        Some(word)
    })
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn rounding_is_forgiven_and_nothing_else() {
        assert!(same("error 1.3e-16 at 3 points", "error 8.8e-17 at 3 points"));
        assert!(same("[0.123456789012345, 2]", "[0.123456789012346, 2]"));
        assert!(!same("error 1.3e-16 at 3 points", "error 1.3e-16 at 4 points"));
        assert!(!same("error 1.3e-3", "error 1.4e-3"));
        assert!(!same("2*x", "2.0*x"));
        assert!(!same("0.25*x", "0.26*x"));
        assert!(!same("x1", "x2"));
        assert!(!same("a", "a b"));
    }
}
