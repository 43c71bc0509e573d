//! Axes that both pictures share.

/// Bounds of a logarithmic axis for positive values: whole powers of ten around them, at most `decades` of them.
pub fn decades(least: f64, largest: f64, decades: i32) -> (f64, f64) {
    let top = largest.log10().ceil() as i32;
    let bottom = (least.log10().floor() as i32).clamp(top - decades, top - 1);
    (10.0_f64.powi(bottom), 10.0_f64.powi(top))
}

/// `1e-3`, or the number itself where that is shorter.
pub fn power(x: &f64) -> String {
    if (0.01..=100.0).contains(x) { short(x) } else { format!("{x:.0e}") }
}

/// Up to four significant digits.
pub fn short(x: &f64) -> String {
    let text = format!("{x:.4}");
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    match x.abs() {
        0.0 => "0".into(),
        size if !(1e-3..1e5).contains(&size) => format!("{x:.1e}"),
        _ => trimmed.into(),
    }
}
