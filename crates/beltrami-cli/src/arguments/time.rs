//! Times as they are typed.

use std::time::Duration;

use super::real;

/// A time above 0 with its unit; seconds where none is named.
pub fn time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1e-3,
        "s" | "" => 1.0,
        "min" | "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("the units of time are ms, s, min and h".into()),
    };
    let seconds = digits.parse::<f64>().ok().map(|count| unit * count).filter(|t| *t > 0.0);
    let time = seconds.and_then(|t| Duration::try_from_secs_f64(t).ok());
    time.ok_or_else(|| "a time above 0 is expected".into())
}

/// A number of seconds above 0.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let found = real(text)?;
    let time = Duration::try_from_secs_f64(found).ok().filter(|_| found > 0.0);
    time.ok_or_else(|| "a time above 0 is expected".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, milliseconds) in
            [("10s", 10_000), ("500ms", 500), ("1.5", 1500), ("2min", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(time(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "s", "0", "-1s", "10x", "1 s", "nan", "1e99h", "inf"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
