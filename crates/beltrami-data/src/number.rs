//! Numbers as text.

/// The shortest text that reads back as the same number.
///
/// ```
/// assert_eq!(beltrami_data::shortest(0.1 + 0.2), "0.30000000000000004");
/// assert_eq!(beltrami_data::shortest(13.0), "13");
/// assert_eq!(beltrami_data::shortest(1e-7), "1e-7");
/// ```
pub fn shortest(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && !(1e-5..1e16).contains(&size) { format!("{x:e}") } else { format!("{x}") }
}
