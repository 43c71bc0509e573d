//! The interval Newton step that contracts boxes and proves roots.

use beltrami_linalg::Interval;

use super::{Enclosure, Existence};

/// What a step found out about a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// There is no root in it.
    Empty,
    /// There is exactly one, and it is in what is left of the box.
    Unique,
    /// All roots are in what is left of the box.
    Narrowed,
    /// Nothing.
    Unknown,
}

/// Room for steps on systems of one size.
pub(super) struct Krawczyk {
    n: usize,
    f: Vec<Interval>,
    j: Vec<Interval>,
    /// An approximate inverse of the middle of `j`.
    inverse: Vec<f64>,
    middle: Vec<Interval>,
    /// `inverse*j`.
    m: Vec<Interval>,
    /// `inverse*f(middle)`.
    r: Vec<Interval>,
}

impl Krawczyk {
    pub fn new(n: usize) -> Krawczyk {
        let zero = Interval::ZERO;
        Krawczyk {
            n,
            f: vec![zero; n],
            j: vec![zero; n * n],
            inverse: vec![0.0; n * n],
            middle: vec![zero; n],
            m: vec![zero; n * n],
            r: vec![zero; n],
        }
    }

    /// One step on a box, which it narrows.
    ///
    /// Krawczyk's operator proves; with the same numbers, the equations solved one after the other for their own unknown
    /// (Hansen and Sengupta) narrow, which is the sharper of the two.
    /// # References
    /// `Neumaier1990`, theorems 5.1.8 and 5.2.2.
    pub fn step(&mut self, system: &mut impl Enclosure, x: &mut [Interval]) -> Verdict {
        let n = self.n;
        let continuous = match system.value(x, &mut self.f) {
            Existence::Nowhere => return Verdict::Empty,
            found => found == Existence::Continuous,
        };
        if self.f.iter().any(|f| !f.contains(0.0)) {
            return Verdict::Empty;
        }
        // The mean value theorem needs slopes at every point.
        if system.jacobian(x, &mut self.j) != Existence::Continuous
            || !continuous
            || self.j.iter().any(|a| !a.is_bounded())
        {
            return Verdict::Unknown;
        }
        for (entry, a) in self.inverse.iter_mut().zip(&self.j) {
            *entry = a.middle();
        }
        if !invert(&mut self.inverse, n) {
            return Verdict::Unknown;
        }
        for (middle, x) in self.middle.iter_mut().zip(x.iter()) {
            *middle = Interval::point(x.middle());
        }
        if system.value(&self.middle, &mut self.f) != Existence::Continuous {
            return Verdict::Unknown;
        }
        for i in 0..n {
            let row = &self.inverse[i * n..(i + 1) * n];
            let dot = |column: &dyn Fn(usize) -> Interval| {
                row.iter().enumerate().fold(Interval::ZERO, |sum, (k, c)| match *c {
                    0.0 => sum,
                    c => sum + Interval::point(c) * column(k),
                })
            };
            self.r[i] = dot(&|k| self.f[k]);
            for j in 0..n {
                self.m[i * n + j] = dot(&|k| self.j[k * n + j]);
            }
        }
        let unique = (0..n).all(|i| self.krawczyk(i, x).is_inside(x[i]));
        for i in 0..n {
            let Some(narrowed) = self.solved_for(i, x) else { return Verdict::Empty };
            x[i] = narrowed;
        }
        if unique { Verdict::Unique } else { Verdict::Narrowed }
    }

    /// A component of `m - C f(m) + (I - C J(X))(X - m)`.
    fn krawczyk(&self, i: usize, x: &[Interval]) -> Interval {
        (0..self.n).fold(self.middle[i] - self.r[i], |sum, j| {
            let unit = if i == j { Interval::ONE } else { Interval::ZERO };
            sum + (unit - self.m[i * self.n + j]) * (x[j] - self.middle[j])
        })
    }

    /// The `i`-th preconditioned equation solved for its own unknown, within the box.
    fn solved_for(&self, i: usize, x: &[Interval]) -> Option<Interval> {
        let row = &self.m[i * self.n..(i + 1) * self.n];
        let rest = (0..self.n)
            .filter(|j| *j != i)
            .fold(self.r[i], |sum, j| sum + row[j] * (x[j] - self.middle[j]));
        let (diagonal, all) = (row[i], x[i]);
        if !diagonal.contains(0.0) {
            return (self.middle[i] - rest / diagonal).meet(all);
        }
        if rest.contains(0.0) {
            return Some(all);
        }
        // A diagonal on both sides of zero leaves a gap in the middle.
        let above = rest / Interval { lo: 0.0, hi: diagonal.hi };
        let below = rest / Interval { lo: diagonal.lo, hi: 0.0 };
        let part = |side: Interval, open: bool| {
            if open { (self.middle[i] - side).meet(all) } else { None }
        };
        match (part(above, diagonal.hi > 0.0), part(below, diagonal.lo < 0.0)) {
            (Some(a), Some(b)) => Some(a.hull(b)),
            (one, other) => one.or(other),
        }
    }
}

/// Inverts in place by elimination with row interchanges; false where a pivot vanishes.
pub(super) fn invert(a: &mut [f64], n: usize) -> bool {
    let largest = a.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let mut order: [usize; 32] = std::array::from_fn(|i| i);
    let mut longer: Vec<usize> = Vec::new();
    let order: &mut [usize] = if n <= 32 {
        &mut order[..n]
    } else {
        longer.extend(0..n);
        &mut longer
    };
    for k in 0..n {
        let size = |i: &usize| a[i * n + k].abs();
        let Some(pivot) = (k..n).max_by(|i, j| size(i).total_cmp(&size(j))) else { return false };
        // What is left is rounding.
        let size = a[pivot * n + k].abs();
        if size.is_nan() || size <= 1e-14 * largest {
            return false;
        }
        if pivot != k {
            order.swap(k, pivot);
            (0..n).for_each(|j| a.swap(k * n + j, pivot * n + j));
        }
        let inverse = 1.0 / a[k * n + k];
        a[k * n + k] = 1.0;
        (0..n).for_each(|j| a[k * n + j] *= inverse);
        for i in (0..n).filter(|i| *i != k) {
            let factor = std::mem::replace(&mut a[i * n + k], 0.0);
            if factor != 0.0 {
                (0..n).for_each(|j| a[i * n + j] -= factor * a[k * n + j]);
            }
        }
    }
    // Columns go back to where their rows came from.
    let mut row = vec![0.0; n];
    for i in 0..n {
        row.copy_from_slice(&a[i * n..(i + 1) * n]);
        for (k, from) in order.iter().enumerate() {
            a[i * n + from] = row[k];
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::invert;

    #[test]
    fn an_inverse_times_its_matrix_is_the_identity() {
        let a = [0.0, 2.0, 1.0, 1.0, -1.0, 3.0, 4.0, 0.5, -2.0];
        let mut b = a;
        assert!(invert(&mut b, 3));
        for i in 0..3 {
            for j in 0..3 {
                let entry: f64 = (0..3).map(|k| a[3 * i + k] * b[3 * k + j]).sum();
                // Numbers near 1: a few roundings.
                assert!((entry - f64::from(u8::from(i == j))).abs() < 1e-14);
            }
        }
        assert!(!invert(&mut [1.0, 2.0, 2.0, 4.0], 2));
    }
}
