//! Discs that are proved to hold the eigenvalues of every matrix between two bounds.

use std::ops::{Add, Mul, Sub};

use crate::factor::general_eigen::GeneralEigen;
use crate::factor::lu::Lu;
use crate::interval::Interval;
use crate::matrix::Matrix;

/// A disc of the complex plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disc {
    /// Real part of the centre.
    pub re: f64,
    /// Imaginary part of the centre, 0 or one of a pair.
    pub im: f64,
    /// The radius, rounded up.
    pub radius: f64,
}

impl Disc {
    /// 1 or -1 where the real parts of all points have that sign, 0 otherwise.
    pub fn sign(&self) -> i32 {
        i32::from(self.re > self.radius) - i32::from(self.re < -self.radius)
    }

    /// Whether no point is real.
    pub fn avoids_reals(&self) -> bool {
        self.im.abs() > self.radius
    }

    /// Whether the discs have no point in common.
    pub fn is_apart_from(&self, other: &Disc) -> bool {
        let far = |d: f64| d.next_down() > (self.radius + other.radius).next_up();
        far((self.re - other.re).abs()) || far((self.im - other.im).abs())
    }
}

/// Discs that hold the eigenvalues of every matrix whose entries are in the intervals, `n×n` row by row: each connected
/// group of discs holds as many eigenvalues as it has discs. `None` where the eigenvectors are too dependent for a proof.
///
/// With approximate eigenvectors `V` and values `Λ`, the matrix is similar to `Λ + V⁻¹(AV - VΛ)`, whose Gershgorin discs
/// these are.
/// # References
/// `Rump2010`, section 13.4, for the bound on `V⁻¹`.
pub fn eigenvalue_discs(a: &[Interval], n: usize) -> Option<Vec<Disc>> {
    let middle = Matrix::from_fn(n, n, |i, j| a[i * n + j].middle());
    let eigen = GeneralEigen::new(&middle).ok()?;
    let v = |i: usize, j: usize| Complex::point(eigen.real[(i, j)], eigen.imaginary[(i, j)]);
    // The inverse of a complex matrix X + iY from that of the real matrix [X, -Y; Y, X].
    let doubled = Matrix::from_fn(2 * n, 2 * n, |i, j| match (i < n, j < n) {
        (true, true) => eigen.real[(i, j)],
        (true, false) => -eigen.imaginary[(i, j - n)],
        (false, true) => eigen.imaginary[(i - n, j)],
        (false, false) => eigen.real[(i - n, j - n)],
    });
    let inverse = Lu::new(&doubled).ok()?.inverse().ok()?;
    let w = |i: usize, j: usize| Complex::point(inverse[(i, j)], inverse[(i + n, j)]);
    // R = A*V - V*Λ.
    let mut residual = Vec::with_capacity(n * n);
    for i in 0..n {
        for j in 0..n {
            let (re, im) = eigen.values[j];
            let image =
                (0..n).fold(Complex::ZERO, |sum, k| sum + Complex::real(a[i * n + k]) * v(k, j));
            residual.push(image - v(i, j) * Complex::point(re, im));
        }
    }
    let (mut rows, mut defect, mut most) = (Vec::new(), 0.0_f64, 0.0_f64);
    for i in 0..n {
        let (mut row, mut gap) = (Interval::ZERO, Interval::ZERO);
        for j in 0..n {
            let change = (0..n).fold(Complex::ZERO, |sum, k| sum + w(i, k) * residual[k * n + j]);
            let product = (0..n).fold(Complex::ZERO, |sum, k| sum + w(i, k) * v(k, j));
            let unit = Complex::point(f64::from(u8::from(i == j)), 0.0);
            row = row + Interval::point(change.magnitude());
            gap = gap + Interval::point((unit - product).magnitude());
        }
        rows.push(row.hi);
        defect = defect.max(gap.hi);
        most = most.max(row.hi);
    }
    // V⁻¹ = (I - E)⁻¹ W with E = I - W*V.
    if defect.is_nan() || defect >= 0.5 {
        return None;
    }
    let (defect, most) = (Interval::point(defect), Interval::point(most));
    let spread = defect / (Interval::ONE - defect) * most;
    let discs = rows.iter().zip(&eigen.values).map(|(row, (re, im))| Disc {
        re: *re,
        im: *im,
        radius: (Interval::point(*row) + spread).hi,
    });
    let discs: Vec<Disc> = discs.collect();
    discs.iter().all(|disc| disc.radius.is_finite()).then_some(discs)
}

/// A complex number between bounds.
#[derive(Clone, Copy)]
struct Complex {
    re: Interval,
    im: Interval,
}

impl Complex {
    const ZERO: Complex = Complex { re: Interval::ZERO, im: Interval::ZERO };

    fn point(re: f64, im: f64) -> Complex {
        Complex { re: Interval::point(re), im: Interval::point(im) }
    }

    fn real(re: Interval) -> Complex {
        Complex { re, im: Interval::ZERO }
    }

    /// A bound on the absolute value.
    fn magnitude(self) -> f64 {
        (self.re.square() + self.im.square()).sqrt().hi
    }
}

impl Add for Complex {
    type Output = Complex;
    fn add(self, other: Complex) -> Complex {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Complex {
    type Output = Complex;
    fn sub(self, other: Complex) -> Complex {
        Complex { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul for Complex {
    type Output = Complex;
    fn mul(self, other: Complex) -> Complex {
        Complex {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discs_hold_known_eigenvalues_and_are_small() {
        // Companion matrices of (x-1)(x-2)(x-3) and of x²+1.
        let cubic = [6.0, -11.0, 6.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0].map(Interval::point);
        let discs = eigenvalue_discs(&cubic, 3).expect("distinct eigenvalues");
        for root in [1.0, 2.0, 3.0] {
            let near = discs.iter().filter(|d| (d.re - root).abs() <= d.radius && d.im == 0.0);
            assert_eq!(near.count(), 1, "{root}");
        }
        // The condition of the eigenvalues is below 100.
        assert!(discs.iter().all(|d| d.radius < 1e-12), "{discs:?}");
        let turn = [0.0, -1.0, 1.0, 0.0].map(Interval::point);
        let discs = eigenvalue_discs(&turn, 2).expect("distinct eigenvalues");
        assert!(discs.iter().all(|d| d.avoids_reals() && d.sign() == 0), "{discs:?}");
    }

    #[test]
    fn wide_entries_give_wide_discs() {
        let a =
            [Interval::new(0.9, 1.1), Interval::ZERO, Interval::ZERO, Interval::new(-2.5, -1.5)];
        let discs = eigenvalue_discs(&a, 2).expect("a diagonal matrix");
        let sorted =
            if discs[0].re < discs[1].re { [discs[0], discs[1]] } else { [discs[1], discs[0]] };
        assert!(sorted[0].radius >= 0.5 && sorted[1].radius >= 0.1);
        assert_eq!((sorted[0].sign(), sorted[1].sign()), (-1, 1));
    }

    #[test]
    fn a_jordan_block_is_not_proved() {
        let a = [1.0, 1.0, 0.0, 1.0].map(Interval::point);
        let proved = eigenvalue_discs(&a, 2);
        assert!(proved.is_none_or(|discs| discs.iter().all(|d| (d.re - 1.0).abs() <= d.radius)));
    }
}
