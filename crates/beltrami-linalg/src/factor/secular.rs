//! The singular values and vectors of a matrix with a full first column and a diagonal, by its secular equation.

use faer::traits::pulp::{Arch, Simd, WithSimd};

/// `M = [z, diag(0, d₁, …)]`, with `0 = d₀ < d₁ < …`, no `zⱼ` zero and the largest entry near 1: `σ²` are the roots of
/// `1 + Σ zⱼ²/(dⱼ² - σ²) = 0`, one between any two neighbours among the `dⱼ²` and one above the last.
///
/// # References
/// Gu and Eisenstat 1995, *A divide-and-conquer algorithm for the bidiagonal SVD*; Li 1993, *Solving secular equations
/// stably and efficiently*, for the interpolation by two poles.
pub(crate) struct Secular {
    /// Padded to whole lanes, with poles that have no weight.
    d: Vec<f64>,
    z: Vec<f64>,
    count: usize,
    roots: Vec<Root>,
}

/// `σ = d[origin] + offset`: the difference to any `dⱼ` has a small relative error.
#[derive(Clone, Copy)]
struct Root {
    origin: usize,
    offset: f64,
}

/// Steps of the iteration, which takes three to five and can always halve its bracket.
const STEPS: usize = 120;
/// A multiple of the lanes of every processor.
const LANES: usize = 8;

impl Secular {
    /// Finds all roots, and the `z` for which they are exact, so that vectors are orthogonal.
    pub(crate) fn new(mut d: Vec<f64>, mut z: Vec<f64>) -> Secular {
        let count = d.len();
        let largest = d.last().copied().unwrap_or(0.0);
        let far = 4.0 * (largest + z.iter().map(|z| z.abs()).sum::<f64>()) + 1.0;
        let padded = count.div_ceil(LANES) * LANES;
        d.extend((count..padded).map(|place| far + place as f64));
        z.resize(padded, 0.0);
        let squares: Vec<f64> = z.iter().map(|z| z * z).collect();
        let total: f64 = squares.iter().sum();
        if count == 1 {
            // Nothing to solve, however small the entry.
            let roots = vec![Root { origin: 0, offset: z[0].abs() }];
            return Secular { d, z, count, roots };
        }
        let roots = (0..count).map(|i| root(&d, &squares, count, i, total)).collect();
        let mut found = Secular { d, z, count, roots };
        found.refit();
        found
    }

    /// The singular values, ascending.
    pub(crate) fn values(&self) -> Vec<f64> {
        self.roots.iter().map(|root| self.d[root.origin] + root.offset).collect()
    }

    /// The left and the right vector of the `i`-th value, of length 1; both slices have [`Secular::padded`] entries.
    pub(crate) fn vectors(&self, i: usize, left: &mut [f64], right: &mut [f64]) {
        if self.count == 1 {
            (left[0], right[0]) = (1.0_f64.copysign(self.z[0]), 1.0);
            return;
        }
        let Root { origin, offset } = self.roots[i];
        let origin = self.d[origin];
        let (d, z) = (&self.d[..], &self.z[..]);
        let (left_square, right_square) =
            Arch::new().dispatch(Vectors { d, z, origin, offset, left, right });
        right[0] = -1.0;
        let (left_factor, right_factor) =
            (1.0 / left_square.sqrt(), 1.0 / (right_square + 1.0).sqrt());
        left.iter_mut().for_each(|x| *x *= left_factor);
        right.iter_mut().for_each(|x| *x *= right_factor);
    }

    /// The length of the slices that [`Secular::vectors`] fills; what is beyond the number of values is zero.
    pub(crate) fn padded(&self) -> usize {
        self.d.len()
    }

    /// `zⱼ` from the roots: with it they are those of a matrix next to the given one, whatever their error.
    fn refit(&mut self) {
        let mut products = vec![1.0; self.d.len()];
        for (i, Root { origin, offset }) in self.roots.iter().enumerate() {
            let next = if i + 1 < self.count { Some(self.d[i + 1]) } else { None };
            Arch::new().dispatch(Refit {
                d: &self.d,
                origin: self.d[*origin],
                offset: *offset,
                below: self.d[i],
                above: next,
                products: &mut products,
            });
        }
        for (z, product) in self.z.iter_mut().zip(products).take(self.count) {
            *z = product.abs().sqrt().copysign(*z);
        }
    }
}

/// The root above `dᵢ`.
fn root(d: &[f64], squares: &[f64], count: usize, i: usize, total: f64) -> Root {
    let last = i + 1 == count;
    // The poles on both sides of the root; both below for the last.
    let (near, far) = if last { (count - 2, count - 1) } else { (i, i + 1) };
    let gap = (d[far] - d[near]) * (d[far] + d[near]);
    let evaluate = |origin: usize, tau: f64| -> Sums {
        let sums = Arch::new().dispatch(Evaluate { d, squares, origin: d[origin], tau });
        if !last {
            return sums;
        }
        // Of the poles below only the highest is on the side of the root that it has elsewhere.
        let term = squares[far] / ((d[far] - d[origin]) * (d[far] + d[origin]) - tau);
        let slope = term * term / squares[far];
        Sums {
            below: sums.below - term,
            above: term,
            below_slope: (sums.below_slope - slope).max(0.0),
            above_slope: slope,
        }
    };
    // Half way the sign tells on which side the root is, and so which pole to count from.
    let (middle, start) = if last { (0.5 * total, far) } else { (0.5 * gap, near) };
    let at_middle = evaluate(start, middle);
    let value = at_middle.value();
    let (origin, mut low, mut high) = match (last, value >= 0.0) {
        (true, true) => (far, 0.0, middle),
        // The sum of squares is beyond the root; rounding of the sum is not.
        (true, false) => (far, middle, total * (1.0 + 1e-14)),
        (false, true) => (near, 0.0, middle),
        (false, false) => (far, -middle, 0.0),
    };
    let poles = |origin: usize| match origin == far {
        true => (-gap, 0.0),
        false => (0.0, gap),
    };
    let (pole_near, pole_far) = poles(origin);
    // What the poles elsewhere contribute half way is taken as constant at first.
    let (start_near, start_far) = poles(start);
    let constant =
        value - squares[near] / (start_near - middle) - squares[far] / (start_far - middle);
    let (a, b) = match origin == far {
        true => (squares[near] + squares[far] - constant * gap, -squares[far] * gap),
        false => (squares[near] + squares[far] + constant * gap, squares[near] * gap),
    };
    let mut tau = if last { upper_root(a, b, constant) } else { lower_root(a, b, constant) };
    for _ in 0..STEPS {
        if !(tau > low && tau < high) {
            tau = halved(low, high);
        }
        let sums = evaluate(origin, tau);
        let value = sums.value();
        let rounding = 8.0 * (sums.above - sums.below).abs()
            + 1.0
            + tau.abs() * (sums.below_slope + sums.above_slope);
        if value.abs() <= 0.5 * f64::EPSILON * rounding {
            break;
        }
        if value < 0.0 {
            low = tau
        } else {
            high = tau
        }
        if high - low <= f64::EPSILON * low.abs().min(high.abs()) {
            break;
        }
        let (to_near, to_far) = (pole_near - tau, pole_far - tau);
        let slope = sums.below_slope + sums.above_slope;
        let a = (to_near + to_far) * value - to_near * to_far * slope;
        let b = to_near * to_far * value;
        let c = value - to_near * sums.below_slope - to_far * sums.above_slope;
        let mut step = if last { upper_root(a, b, c) } else { lower_root(a, b, c) };
        // The function rises, so a step goes against its sign.
        let against = value * step < 0.0;
        if !against {
            step = -value / slope;
        }
        tau += step;
    }
    // σ - d = (σ² - d²)/(σ + d).
    let d = d[origin];
    Root { origin, offset: tau / (d + (d * d + tau).max(0.0).sqrt()) }
}

/// The smaller step that solves `c*x² - a*x + b = 0`.
fn lower_root(a: f64, b: f64, c: f64) -> f64 {
    let root = (a * a - 4.0 * b * c).abs().sqrt();
    if a <= 0.0 { (a - root) / (2.0 * c) } else { 2.0 * b / (a + root) }
}

/// The other solution.
fn upper_root(a: f64, b: f64, c: f64) -> f64 {
    let root = (a * a - 4.0 * b * c).abs().sqrt();
    if a >= 0.0 { (a + root) / (2.0 * c) } else { 2.0 * b / (a - root) }
}

/// Half way, by logarithms where the ends are far apart.
fn halved(low: f64, high: f64) -> f64 {
    let (small, large) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
    let sign = if high > 0.0 { 1.0 } else { -1.0 };
    if small > 0.0 && large > 8.0 * small {
        return sign * (small.sqrt() * large.sqrt());
    }
    if small == 0.0 { sign * large * 0.125 } else { 0.5 * low + 0.5 * high }
}

/// The terms of the secular function at one place, apart by their sign, and their derivatives.
#[derive(Clone, Copy)]
struct Sums {
    below: f64,
    above: f64,
    below_slope: f64,
    above_slope: f64,
}

impl Sums {
    fn value(&self) -> f64 {
        1.0 + (self.below + self.above)
    }
}

struct Evaluate<'a> {
    d: &'a [f64],
    squares: &'a [f64],
    origin: f64,
    tau: f64,
}

impl WithSimd for Evaluate<'_> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sums {
        let zero = simd.splat_f64s(0.0);
        let (origin, tau) = (simd.splat_f64s(self.origin), simd.splat_f64s(self.tau));
        let (mut all, mut above, mut all_slope, mut above_slope) = (zero, zero, zero, zero);
        let (d, _) = S::as_simd_f64s(self.d);
        let (squares, _) = S::as_simd_f64s(self.squares);
        for (d, square) in d.iter().zip(squares) {
            let pole = simd.mul_f64s(simd.sub_f64s(*d, origin), simd.add_f64s(*d, origin));
            let inverse = simd.div_f64s(simd.splat_f64s(1.0), simd.sub_f64s(pole, tau));
            let term = simd.mul_f64s(*square, inverse);
            let slope = simd.mul_f64s(term, inverse);
            let positive = simd.greater_than_f64s(inverse, zero);
            all = simd.add_f64s(all, simd.min_f64s(term, zero));
            above = simd.add_f64s(above, simd.max_f64s(term, zero));
            all_slope = simd.add_f64s(all_slope, slope);
            above_slope = simd.add_f64s(above_slope, simd.select_f64s(positive, slope, zero));
        }
        let above_slope = simd.reduce_sum_f64s(above_slope);
        Sums {
            below: simd.reduce_sum_f64s(all),
            above: simd.reduce_sum_f64s(above),
            below_slope: (simd.reduce_sum_f64s(all_slope) - above_slope).max(0.0),
            above_slope,
        }
    }
}

struct Refit<'a> {
    d: &'a [f64],
    origin: f64,
    offset: f64,
    below: f64,
    above: Option<f64>,
    products: &'a mut [f64],
}

impl WithSimd for Refit<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let origin = simd.splat_f64s(self.origin);
        let offset = simd.splat_f64s(self.offset);
        let sigma = simd.splat_f64s(self.origin + self.offset);
        let below = simd.splat_f64s(self.below);
        let above = simd.splat_f64s(self.above.unwrap_or(0.0));
        let (d, _) = S::as_simd_f64s(self.d);
        let (products, _) = S::as_mut_simd_f64s(self.products);
        for (d, product) in d.iter().zip(products) {
            let difference = simd.add_f64s(simd.sub_f64s(origin, *d), offset);
            let numerator = simd.mul_f64s(difference, simd.add_f64s(sigma, *d));
            let mut factor = numerator;
            if self.above.is_some() {
                // The pole that belongs to the root, seen from j: the next one above from below, else its own.
                let from_below = simd.greater_than_f64s(difference, simd.splat_f64s(0.0));
                let pole = simd.select_f64s(from_below, above, below);
                let denominator = simd.mul_f64s(simd.sub_f64s(pole, *d), simd.add_f64s(pole, *d));
                factor = simd.div_f64s(numerator, denominator);
            }
            *product = simd.mul_f64s(*product, factor);
        }
    }
}

struct Vectors<'a> {
    d: &'a [f64],
    z: &'a [f64],
    origin: f64,
    offset: f64,
    left: &'a mut [f64],
    right: &'a mut [f64],
}

impl WithSimd for Vectors<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
        let origin = simd.splat_f64s(self.origin);
        let offset = simd.splat_f64s(self.offset);
        let sigma = simd.splat_f64s(self.origin + self.offset);
        let (d, _) = S::as_simd_f64s(self.d);
        let (z, _) = S::as_simd_f64s(self.z);
        let (left, _) = S::as_mut_simd_f64s(self.left);
        let (right, _) = S::as_mut_simd_f64s(self.right);
        let mut sums = (simd.splat_f64s(0.0), simd.splat_f64s(0.0));
        for (((d, z), left), right) in d.iter().zip(z).zip(left).zip(right) {
            let difference = simd.sub_f64s(simd.sub_f64s(*d, origin), offset);
            let denominator = simd.mul_f64s(difference, simd.add_f64s(*d, sigma));
            let x = simd.div_f64s(*z, denominator);
            let y = simd.mul_f64s(*d, x);
            (*left, *right) = (x, y);
            sums.0 = simd.mul_add_e_f64s(x, x, sums.0);
            sums.1 = simd.mul_add_e_f64s(y, y, sums.1);
        }
        (simd.reduce_sum_f64s(sums.0), simd.reduce_sum_f64s(sums.1))
    }
}
