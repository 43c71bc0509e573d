//! Curves in one line of a terminal.

/// Columns of a line.
const WIDTH: usize = 48;
/// The lowest first.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Descending values by their logarithms, over at most sixteen powers of ten; zeros are blank.
pub fn of_spectrum(values: &[f64]) -> String {
    let largest = values.first().copied().unwrap_or(0.0);
    let least = largest * 1e-16;
    let shown: Vec<f64> = values.iter().map(|s| s.max(least)).collect();
    let width = WIDTH.min(values.len());
    let low = shown.last().copied().unwrap_or(least).ln();
    let span = largest.ln() - low;
    (0..width)
        .map(|column| {
            let s = values[column * values.len() / width];
            if largest == 0.0 || s < least {
                ' '
            } else if span == 0.0 {
                BARS[7]
            } else {
                bar((s.ln() - low) / span)
            }
        })
        .collect()
}

/// A function on `[0, 1]`, from 0 to its largest value.
pub fn of_function(f: &dyn Fn(f64) -> f64) -> String {
    let values: Vec<f64> = (0..WIDTH).map(|k| f(k as f64 / (WIDTH - 1) as f64)).collect();
    let largest = values.iter().fold(f64::MIN_POSITIVE, |largest, x| x.max(largest));
    values.iter().map(|x| bar(x / largest)).collect()
}

fn bar(height: f64) -> char {
    // A height that is no number is a bar of no height.
    BARS[(height.clamp(0.0, 1.0) * 7.0).round() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_bars() {
        assert_eq!(of_spectrum(&[1.0, 0.1, 0.01]), "█▅▁");
        assert_eq!(of_spectrum(&[2.0, 2.0]), "██");
        assert_eq!(of_spectrum(&[1.0, 0.0]), "█ ");
        assert_eq!(of_spectrum(&[0.0]), " ");
        assert_eq!(of_spectrum(&[]), "");
        let line = of_function(&|x| x);
        assert!(line.starts_with('▁') && line.ends_with('█') && line.chars().count() == WIDTH);
        assert_eq!(of_function(&|_| f64::NAN).chars().count(), WIDTH);
    }
}
