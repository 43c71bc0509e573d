//! Bounds in few digits, none of which is below them.

/// A bound with two significant digits, none of which is below it.
pub fn at_most(bound: f64) -> String {
    at_most_with(bound, 1)
}

/// The same with so many digits after the first.
pub fn at_most_with(bound: f64, places: usize) -> String {
    let text = format!("{bound:.places$e}");
    let rounded = |text: &str| text.parse::<f64>().unwrap_or(f64::INFINITY);
    if bound.is_nan() || rounded(&text) >= bound {
        return text;
    }
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let unit = 10.0_f64.powi(-(places as i32));
    let next = rounded(&format!("{:.places$}e{exponent}", rounded(digits) + unit));
    format!("{next:.places$e}")
}

/// Of which matrix a bound is proved, where singular values beyond a rank count as zero and are not proved to be.
pub fn truncated(rank: usize, dropped: Option<f64>) -> String {
    dropped.map_or_else(String::new, |rest| {
        format!(
            " of the matrix truncated to rank {rank}: singular values of at most {} count as zero",
            at_most(rest)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_bound_is_not_below_the_bound() {
        for (bound, text) in [
            (1.0, "1.0e0"),
            (1.04e-15, "1.1e-15"),
            (1.06e-15, "1.1e-15"),
            (9.94e3, "1.0e4"),
            (9.91e-8, "1.0e-7"),
            (0.0, "0.0e0"),
            (f64::MAX, "1.8e308"),
        ] {
            assert_eq!(at_most(bound), text, "{bound:e}");
        }
        assert_eq!(at_most_with(1.000_000_1, 6), "1.000001e0");
    }
}
