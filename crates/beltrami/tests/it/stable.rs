//! Values and derivatives keep their digits where expressions as they are written lose them, or leave the numbers.
//!
//! `data/stable.tsv` has both to 20 digits, computed by mpmath 1.3 with 60 to 900 digits, derivatives as central differences.

use beltrami::data;
use beltrami::{DeriveOptions, Session};

/// A dozen operations, each within one unit in the last place or two.
const TOLERANCE: f64 = 4e-15;
/// Smaller than this is as good as zero: it has fewer digits than other numbers.
const TINY: f64 = 1e-300;

#[test]
fn values_and_derivatives_keep_their_digits() {
    let mut wrong = Vec::new();
    for row in include_str!("../data/stable.tsv").lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [expression, a, value, derivative] = cells[..] else { panic!("{row}") };
        let options = DeriveOptions { by: vec!["a".into()], ..DeriveOptions::default() };
        let data = data::read(&format!("a={a}")).expect("a number");
        let found = match Session::global().eval("<stable>", expression, &data, &options) {
            Ok(found) => found,
            Err(failure) => {
                wrong.push(format!("{row}: {}", failure.diagnostics()[0].message));
                continue;
            }
        };
        let own = [found.value.entries[0], found.derivatives[0].1.entries[0]];
        for (own, wanted) in own.into_iter().zip([value, derivative]) {
            let wanted: f64 = wanted.parse().expect("a number");
            if (own - wanted).abs() > TOLERANCE * wanted.abs() + TINY {
                wrong.push(format!("{expression} at {a}: {own:e} for {wanted:e}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} numbers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
