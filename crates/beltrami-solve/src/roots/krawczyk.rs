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
    /// Whether `j` holds slopes on the box of the last step.
    has_slopes: bool,
    f: Vec<Interval>,
    j: Vec<Interval>,
    /// An approximate inverse of the middle of `j`.
    inverse: Vec<f64>,
    middle: Vec<Interval>,
    at: Vec<f64>,
    sharp: Vec<Interval>,
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
            has_slopes: false,
            f: vec![zero; n],
            j: vec![zero; n * n],
            inverse: vec![0.0; n * n],
            middle: vec![zero; n],
            at: vec![0.0; n],
            sharp: vec![zero; n],
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
        self.has_slopes = false;
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
        self.has_slopes = true;
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
        self.precondition();
        // The proof is lost where rounding at the middle is as large as the box.
        let is_blurred = |i: usize| 64.0 * (self.r[i].hi - self.r[i].lo) > x[i].hi - x[i].lo;
        if (0..n).any(is_blurred) {
            for (at, x) in self.at.iter_mut().zip(x.iter()) {
                *at = x.middle();
            }
            system.value_at(&self.at, &mut self.sharp);
            for (f, sharp) in self.f.iter_mut().zip(&self.sharp) {
                // Both hold the value.
                *f = f.meet(*sharp).unwrap_or(*f);
            }
            self.precondition();
        }
        let unique = (0..n).all(|i| self.krawczyk(i, x).is_inside(x[i]));
        for i in 0..n {
            let Some(narrowed) = self.solved_for(i, x) else { return Verdict::Empty };
            x[i] = narrowed;
        }
        if unique { Verdict::Unique } else { Verdict::Narrowed }
    }

    /// Whether the equations have no root in an unbounded box, by their values at a corner and their slopes from there on.
    pub fn excludes(&mut self, system: &mut impl Enclosure, x: &[Interval]) -> bool {
        let corner = |x: &Interval| match (x.lo.is_finite(), x.hi.is_finite()) {
            (true, _) => x.lo,
            (false, true) => x.hi,
            (false, false) => 0.0,
        };
        for (middle, x) in self.middle.iter_mut().zip(x) {
            *middle = Interval::point(corner(x));
        }
        self.has_slopes = false;
        if system.value(x, &mut self.f) != Existence::Continuous
            || system.jacobian(x, &mut self.j) != Existence::Continuous
            || system.value(&self.middle, &mut self.f) != Existence::Continuous
        {
            return false;
        }
        (0..self.n).any(|i| {
            let row = self.j[i * self.n..(i + 1) * self.n].iter();
            let from = row.zip(x.iter().zip(&self.middle));
            let value = from.fold(self.f[i], |sum, (a, (x, c))| sum + *a * (*x - *c));
            !value.lo.is_nan() && !value.hi.is_nan() && !value.contains(0.0)
        })
    }

    /// Multiplies the slopes and the values at the middle by the inverse.
    fn precondition(&mut self) {
        let n = self.n;
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
    }

    /// How much each unknown moves the equations on a box, as a part of all that moves them; none where the slopes of the
    /// last step are unknown.
    ///
    /// # References
    /// `TrombettoniArayaNeveuChabert2011`, relative sum of smears.
    pub fn smears(&self, x: &[Interval], smears: &mut [f64]) -> bool {
        smears.fill(0.0);
        if !self.has_slopes {
            return false;
        }
        for row in self.j.chunks_exact(self.n) {
            let moves = |(a, x): (&Interval, &Interval)| a.magnitude() * (x.hi - x.lo);
            let all: f64 = row.iter().zip(x).map(moves).sum();
            if all > 0.0 && all.is_finite() {
                for (smear, entry) in smears.iter_mut().zip(row.iter().zip(x)) {
                    *smear += moves(entry) / all;
                }
            }
        }
        smears.iter().any(|smear| *smear > 0.0)
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

/// Inverts in place; false where a matrix with rows and columns of like sizes is singular to rounding.
pub(super) fn invert(a: &mut [f64], n: usize) -> bool {
    // Powers of two change no digit.
    let (mut rows, mut columns) = (vec![1.0; n], vec![1.0; n]);
    for _ in 0..2 {
        for i in 0..n {
            let largest = (0..n).fold(0.0_f64, |most, j| most.max(a[i * n + j].abs()));
            let Some(factor) = inverse_power(largest) else { return false };
            (0..n).for_each(|j| a[i * n + j] *= factor);
            rows[i] *= factor;
        }
        for j in 0..n {
            let largest = (0..n).fold(0.0_f64, |most, i| most.max(a[i * n + j].abs()));
            let Some(factor) = inverse_power(largest) else { return false };
            (0..n).for_each(|i| a[i * n + j] *= factor);
            columns[j] *= factor;
        }
    }
    if !eliminate(a, n) {
        return false;
    }
    for i in 0..n {
        for j in 0..n {
            a[i * n + j] *= columns[i] * rows[j];
        }
    }
    a.iter().all(|entry| entry.is_finite())
}

/// A power of two that brings a number near 1; none of what has no size.
fn inverse_power(x: f64) -> Option<f64> {
    (x > 0.0 && x.is_finite()).then(|| (-x.log2().round().clamp(-1000.0, 1000.0)).exp2())
}

/// Inverts by elimination with row interchanges; false where a pivot vanishes beside entries near 1.
fn eliminate(a: &mut [f64], n: usize) -> bool {
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
        if size.is_nan() || size <= 1e-14 {
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
