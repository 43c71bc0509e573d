//! Whether data is what its declaration says.

use beltrami_core::{Facts, Space, Structure};
use beltrami_exec::Tensor;
use beltrami_linalg::dense::{View, product};

use crate::space::departure;

/// The worst violation of declared facts, in words; `None` when they hold.
pub fn violation(
    name: &str,
    value: &Tensor<f64>,
    facts: Facts,
    range: Option<(f64, f64)>,
    tolerance: f64,
) -> Option<String> {
    if facts == Facts::NONE && range.is_none() {
        return None;
    }
    let at = Entries {
        name,
        value,
        scale: value.data().iter().fold(0.0_f64, |m, x| m.max(x.abs())),
        tolerance,
    };
    entries(&at, facts, range)
        .or_else(|| if value.is_scalar() { None } else { structure(&at, facts) })
}

struct Entries<'a> {
    name: &'a str,
    value: &'a Tensor<f64>,
    scale: f64,
    tolerance: f64,
}

impl Entries<'_> {
    /// `A[1,2] = 3`, or `x[2] = 3`, or `a = 3`.
    fn entry(&self, i: usize, j: usize) -> String {
        let (name, x) = (self.name, self.value.at(i, j));
        match (self.value.rows(), self.value.cols()) {
            (1, 1) => format!("{name} = {x}"),
            (_, 1) => format!("{name}[{}] = {x}", i + 1),
            (1, _) => format!("{name}[{}] = {x}", j + 1),
            _ => format!("{name}[{},{}] = {x}", i + 1, j + 1),
        }
    }

    /// The entry for which `excess` is largest, when that is beyond `limit`.
    fn worst(&self, limit: f64, excess: impl Fn(usize, usize) -> f64) -> Option<(usize, usize)> {
        let places =
            (0..self.value.rows()).flat_map(|i| (0..self.value.cols()).map(move |j| (i, j)));
        places
            .map(|(i, j)| (excess(i, j), i, j))
            .filter(|(excess, ..)| *excess > limit)
            .max_by(|a, b| a.0.total_cmp(&b.0).then((b.1, b.2).cmp(&(a.1, a.2))))
            .map(|(_, i, j)| (i, j))
    }
}

fn entries(at: &Entries<'_>, facts: Facts, range: Option<(f64, f64)>) -> Option<String> {
    let x = |i: usize, j: usize| at.value.at(i, j);
    let shown = |(i, j): (usize, usize)| at.entry(i, j);
    if facts.has(Facts::SIGNS) {
        return at
            .worst(0.0, |i, j| (x(i, j).abs() - 1.0).abs())
            .map(|p| format!("declared +-1, {}", shown(p)));
    }
    if facts.has(Facts::POSITIVE)
        && let Some(place) = at.worst(-1.0, |i, j| if x(i, j) > 0.0 { -2.0 } else { -x(i, j) })
    {
        return Some(format!("declared > 0, {}", shown(place)));
    }
    if facts.has(Facts::NONNEGATIVE)
        && let Some(place) = at.worst(0.0, |i, j| -x(i, j))
    {
        return Some(format!("declared >= 0, {}", shown(place)));
    }
    let (low, high) = range?;
    let outside = at.worst(0.0, |i, j| (low - x(i, j)).max(x(i, j) - high))?;
    Some(match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("declared between {low} and {high}, {}", shown(outside)),
        (true, false) => format!("declared at least {low}, {}", shown(outside)),
        _ => format!("declared at most {high}, {}", shown(outside)),
    })
}

fn structure(at: &Entries<'_>, facts: Facts) -> Option<String> {
    let x = |i: usize, j: usize| at.value.at(i, j);
    let limit = at.tolerance * at.scale;
    for structure in Structure::all_of(facts) {
        if let Some((i, j)) = at.worst(limit, |i, j| departure(structure.space, x, i, j)) {
            let entry = at.entry(i, j);
            return Some(match structure.space {
                Space::Mirrored(_) => {
                    format!("declared {}, {entry} and {}", structure.name, at.entry(j, i))
                }
                _ => format!("declared {}, {entry}", structure.name),
            });
        }
    }
    if facts.has(Facts::ORTHOGONAL) && from_orthogonal(at.value) > 100.0 * at.tolerance {
        let n = at.value.rows();
        let gram = Tensor::from_fn(n, n, |i, j| (0..n).map(|k| x(k, i) * x(k, j)).sum::<f64>());
        let name = format!("({}'*{})", at.name, at.name);
        let products = Entries { name: &name, value: &gram, scale: 1.0, tolerance: at.tolerance };
        let expected = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
        if let Some((i, j)) =
            products.worst(100.0 * at.tolerance, |i, j| (gram.at(i, j) - expected(i, j)).abs())
        {
            return Some(format!(
                "declared orthogonal, {} instead of {}",
                products.entry(i, j),
                expected(i, j)
            ));
        }
    }
    if facts.has(Facts::SPD) {
        return pivot(at.value).map(|(k, pivot)| {
            format!("declared spd, it is not positive definite: its Cholesky factorisation stops at row {k} with the pivot {pivot:.3e}")
        });
    }
    None
}

/// Whether declared structure holds to rounding: zeros are zeros, and what is symmetric or orthogonal differs from that by
/// as much as computing it rounds.
pub fn is_exact(value: &Tensor<f64>, facts: Facts) -> bool {
    let n = value.rows();
    if value.is_scalar() || n != value.cols() {
        return true;
    }
    let x = |i: usize, j: usize| value.at(i, j);
    let scale = value.data().iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    // A sum of n products is off by n roundings at most.
    let rounding = 2.0 * n as f64 * f64::EPSILON;
    Structure::all_of(facts).all(|structure| {
        let limit = match structure.space {
            Space::Entries(_) => 0.0,
            Space::Mirrored(_) => rounding * scale,
            Space::Rotations => return from_orthogonal(value) <= 4.0 * rounding,
        };
        (0..n).all(|i| (0..n).all(|j| departure(structure.space, x, i, j) <= limit))
    })
}

/// The largest entry of `|A'*A - I|`.
fn from_orthogonal(value: &Tensor<f64>) -> f64 {
    let n = value.rows();
    let mut gram = vec![0.0; n * n];
    let columns = View::new(value.data(), n, n);
    product(&mut gram, false, columns.transpose(), columns, 1.0, 1);
    let unit = |k: usize| if k / n == k % n { 1.0 } else { 0.0 };
    gram.iter().enumerate().fold(0.0, |most, (k, g)| (g - unit(k)).abs().max(most))
}

/// The first pivot of the Cholesky factorisation that is not positive, with its row from 1.
fn pivot(a: &Tensor<f64>) -> Option<(usize, f64)> {
    let n = a.rows();
    let mut l = vec![0.0; n * n];
    for j in 0..n {
        let rest = a.at(j, j) - (0..j).map(|k| l[j * n + k] * l[j * n + k]).sum::<f64>();
        if rest.is_nan() || rest <= 0.0 {
            return Some((j + 1, rest));
        }
        let root = rest.sqrt();
        l[j * n + j] = root;
        for i in j + 1..n {
            let sum: f64 = (0..j).map(|k| l[i * n + k] * l[j * n + k]).sum();
            l[i * n + j] = (a.at(i, j) - sum) / root;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: usize, entries: &[f64], facts: Facts) -> Option<String> {
        let value = Tensor::from_fn(rows, entries.len() / rows, |i, j| {
            entries[i * (entries.len() / rows) + j]
        });
        violation("A", &value, facts, None, 1e-10)
    }

    #[test]
    fn what_holds_within_a_tolerance_alone_is_not_exact() {
        let check = |entries: [f64; 4], facts: Facts, exact: bool| {
            assert_eq!(found(2, &entries, facts), None, "{entries:?}");
            let value = Tensor::from_fn(2, 2, |i, j| entries[2 * i + j]);
            assert_eq!(is_exact(&value, facts), exact, "{entries:?} {facts:?}");
        };
        check([1.0, 0.0, 3.0, 1.0], Facts::LOWER, true);
        check([1.0, 1e-12, 3.0, 1.0], Facts::LOWER, false);
        check([1.0, 3.0, 0.0, 1.0], Facts::UPPER, true);
        check([1.0, 3.0, 1e-12, 1.0], Facts::UPPER, false);
        check([1.0, 0.0, 1e-12, 1.0], Facts::DIAGONAL, false);
        check([2.0, 0.1 + 0.2, 0.3, 1.0], Facts::SPD, true);
        check([2.0, 0.3, 0.3 + 1e-12, 1.0], Facts::SPD, false);
        check([0.0, -0.3, 0.1 + 0.2, 0.0], Facts::SKEW, true);
        let (cos, sin) = (0.5_f64.cos(), 0.5_f64.sin());
        check([cos, -sin, sin, cos], Facts::ORTHOGONAL, true);
        check([cos + 1e-12, -sin, sin, cos], Facts::ORTHOGONAL, false);
    }

    #[test]
    fn what_holds_passes_and_what_fails_is_named() {
        assert_eq!(found(2, &[2.0, 1.0, 1.0, 2.0], Facts::SPD), None);
        assert!(
            found(2, &[1.0, 2.0, 2.0, 1.0], Facts::SPD).is_some_and(|text| text.contains("row 2"))
        );
        assert_eq!(
            found(2, &[1.0, 2.0, 3.0, 1.0], Facts::SYMMETRIC).as_deref(),
            Some("declared symmetric, A[1,2] = 2 and A[2,1] = 3")
        );
        assert_eq!(found(2, &[1.0, 0.0, 3.0, 1.0], Facts::LOWER), None);
        assert_eq!(
            found(2, &[1.0, 0.0, 3.0, 1.0], Facts::DIAGONAL).as_deref(),
            Some("declared diagonal, A[2,1] = 3")
        );
        assert_eq!(found(2, &[0.0, 1.0, 1.0, 0.0], Facts::ORTHOGONAL), None);
        assert!(found(2, &[0.0, 2.0, 1.0, 0.0], Facts::ORTHOGONAL).is_some());
        assert_eq!(
            found(2, &[1.0, 0.0], Facts::POSITIVE).as_deref(),
            Some("declared > 0, A[2] = 0")
        );
        assert_eq!(
            found(2, &[1.0, 0.5], Facts::SIGNS).as_deref(),
            Some("declared +-1, A[2] = 0.5")
        );
    }
}
