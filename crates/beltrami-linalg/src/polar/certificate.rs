//! Proved bounds on the distance of a computed matrix from the polar factor.
//!
//! Along the path from `Ã` to `A` the map `A ↦ U_r*V_r'` onto the polar factor of the best rank-`r` approximation has
//! derivatives whose multipliers in singular coordinates are `(f(σᵢ) ± f(σⱼ))/(σᵢ ± σⱼ)` with `f = 1` for the first `r` and
//! 0 for the others (Noferini 2017, *A formula for the Fréchet derivative of a generalized matrix function*). None exceeds
//! `1/(σ_r - σ_{r+1})`, so
//!
//! `‖O(A) - O(Ã)‖_F ≤ ‖A - Ã‖_F / (σ_r(Ã) - σ_{r+1}(Ã) - 2*‖A - Ã‖_F)`
//!
//! whenever the denominator is positive. All norms here are of computed residuals, enlarged by what rounding can add.

use faer::{Mat, MatRef};

use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::polar::arithmetic::{Arithmetic, distance_from_identity, frobenius};
use crate::polar::sharp::sharp;
use crate::polar::{exact_product, newton_schulz};
use crate::schedule::OddPolynomial;

/// What is known of a matrix `X` that stands for the polar factor of `A`.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// A proved bound on `‖X - msign(A)‖_F/sqrt(r)`; infinite where nothing is proved.
    pub bound: f64,
    /// `‖X'X - I‖_F/sqrt(n)` of the smaller side, or of the first `r` directions where the rank is `r`.
    pub orthogonality_residual: f64,
    /// `‖X'A - A'X‖_F/(2*‖A‖_F)`: together with orthogonality it says how far `X` is from a polar factor, alone neither does.
    pub symmetry_residual: f64,
    /// The rank that counts as non-zero: the result is compared with the polar factor of the best approximation of that rank.
    pub rank: usize,
}

/// A polar factor to nearly full accuracy, and the bound on its own error in the Frobenius norm.
pub(crate) struct Reference {
    factor: Mat<f64>,
    error: f64,
    rank: usize,
    /// The symmetric factor and a lower bound of its eigenvalues, where the factor was polished.
    symmetric: Option<(Mat<f64>, f64)>,
}

/// Rounding of one inner product of length `k`: `γ_k` (Higham 2002, *Accuracy and Stability*, section 3.1).
pub(crate) fn gamma(k: usize) -> f64 {
    let ku = (k + 2) as f64 * f64::EPSILON / 2.0;
    ku / (1.0 - ku)
}

impl Reference {
    /// From a matrix that is nearly orthonormal: polished by steps of full accuracy, then compared with `A`.
    ///
    /// `None` where it is too far from orthonormal, or its product with `A` is not positive definite.
    pub(crate) fn polished(
        a: MatRef<'_, f64>,
        x: MatRef<'_, f64>,
        arithmetic: Arithmetic,
    ) -> Option<Reference> {
        let n = a.ncols();
        let classic = OddPolynomial::new(&[15.0 / 8.0, -10.0 / 8.0, 3.0 / 8.0]);
        let rounding = (n as f64).sqrt() * 32.0 * f64::EPSILON;
        let mut factor = x.to_owned();
        let mut distance = f64::INFINITY;
        for _ in 0..MOST_POLISHING {
            let gram = arithmetic.gram(factor.as_ref());
            distance = distance_from_identity(gram.as_ref());
            if distance.is_nan() || distance >= NEARLY_ORTHONORMAL {
                return None;
            }
            if distance <= rounding {
                break;
            }
            factor = newton_schulz::step(factor.as_ref(), gram.as_ref(), &classic, arithmetic);
        }
        let product = arithmetic.product(1.0, factor.as_ref().transpose(), a, None);
        let h = Mat::from_fn(n, n, |i, j| 0.5 * (product[(i, j)] + product[(j, i)]));
        let norm = frobenius(h.as_ref());
        let smallest = smallest_eigenvalue(&h, norm, arithmetic)?;
        let distance = distance + gamma(a.nrows()) * frobenius(factor.as_ref()).powi(2);
        let residual = arithmetic.product(-1.0, factor.as_ref(), h.as_ref(), Some((1.0, a)));
        let rounded = gamma(n + 1) * (frobenius(factor.as_ref()) * norm + frobenius(a));
        let r = frobenius(residual.as_ref()) * (1.0 + gamma(a.nrows() * n)) + rounded;
        let found = Residuals { distance, r, norm }.error(smallest).or_else(|| {
            // What rounding might add in `f64` is too much for the smallest eigenvalue.
            Residuals::precise(a, factor.as_ref(), h.as_ref(), arithmetic).error(smallest)
        });
        let error = found?;
        Some(Reference { factor, error, rank: n, symmetric: Some((h, smallest)) })
    }

    /// The same with residuals in twice the precision: a bound near the error itself, and the factor without that error to
    /// first order.
    pub(crate) fn sharpened(
        &mut self,
        a: MatRef<'_, f64>,
        arithmetic: Arithmetic,
    ) -> Option<Mat<f64>> {
        let (h, smallest) = self.symmetric.as_ref()?;
        let found = sharp(a, self.factor.as_ref(), h.as_ref(), *smallest, self.error, arithmetic)?;
        self.error = self.error.min(found.bound);
        Some(found.corrected)
    }

    /// From a singular value decomposition, for any rank.
    pub(crate) fn exact(a: MatRef<'_, f64>, svd: &Svd, arithmetic: Arithmetic) -> Reference {
        let (m, n) = (a.nrows(), a.ncols());
        let (u, v) = (svd.u.as_faer(), svd.v.as_faer());
        let rank = svd.rank();
        let scaled = Mat::from_fn(m, n, |i, j| u[(i, j)] * svd.s[j]);
        let largest = svd.s.first().copied().unwrap_or(0.0);
        let norm = svd.s.iter().map(|s| s * s).sum::<f64>().sqrt();
        // Both factors differ from orthonormal ones by at most this, and the product with the values as well.
        let distance = off(u, arithmetic) + off(v, arithmetic);
        let residual = exact_product::difference(a, scaled.as_ref(), v.transpose(), arithmetic);
        let size = frobenius(residual.as_ref());
        let rounded = exact_product::error_bound(n, 1.01 * norm, 1.01 * (n as f64).sqrt(), size)
            + f64::EPSILON * norm;
        let r = 1.01 * (size + rounded + distance * largest);
        let next = svd.s.get(rank).copied().unwrap_or(0.0);
        let gap = if rank == 0 { 1.0 } else { svd.s[rank - 1] - next - 2.0 * r };
        let (u, v) = (u.subcols(0, rank), v.subcols(0, rank));
        let factor = arithmetic.product(1.0, u, v.transpose(), None);
        let own = 1.01 * distance + gamma(rank.max(1)) * rank as f64 * 1.01;
        let error = if rank == 0 {
            0.0
        } else if gap > 0.0 {
            own + r / gap
        } else {
            f64::INFINITY
        };
        Reference { factor, error, rank, symmetric: None }
    }

    /// What this proves of another matrix, which stands for the polar factor of `A`.
    pub(crate) fn certify(
        &self,
        a: MatRef<'_, f64>,
        x: MatRef<'_, f64>,
        arithmetic: Arithmetic,
    ) -> Certificate {
        let n = a.ncols();
        let mut squares = 0.0;
        for j in 0..n {
            for i in 0..a.nrows() {
                squares += (x[(i, j)] - self.factor[(i, j)]).powi(2);
            }
        }
        let distance = squares.sqrt() * (1.0 + gamma(a.nrows() * n + 2));
        let root = (self.rank.max(1) as f64).sqrt();
        let gram = arithmetic.gram(x);
        // The directions without a singular value add 1 each.
        let off = distance_from_identity(gram.as_ref()).powi(2) - (n - self.rank) as f64;
        let product = arithmetic.product(1.0, x.transpose(), a, None);
        let skew = Mat::from_fn(n, n, |i, j| 0.5 * (product[(i, j)] - product[(j, i)]));
        let size = frobenius(a);
        Certificate {
            bound: (distance + self.error) / root,
            orthogonality_residual: off.max(0.0).sqrt() / root,
            symmetry_residual: if size == 0.0 { 0.0 } else { frobenius(skew.as_ref()) / size },
            rank: self.rank,
        }
    }

    /// The factor.
    pub(crate) fn factor(&self) -> MatRef<'_, f64> {
        self.factor.as_ref()
    }
}

/// Up to this size a sharp bound costs so little that it is always computed.
const SHARP_ANYWAY: usize = 128;

/// How far a matrix is from orthonormal, and from being the polar factor of `A` together with a symmetric `H`.
struct Residuals {
    distance: f64,
    /// `‖A - X*H‖_F`.
    r: f64,
    /// `‖H‖_F`.
    norm: f64,
}

impl Residuals {
    /// With products in twice the precision.
    fn precise(
        a: MatRef<'_, f64>,
        x: MatRef<'_, f64>,
        h: MatRef<'_, f64>,
        arithmetic: Arithmetic,
    ) -> Residuals {
        let norm = frobenius(h);
        let size = frobenius(exact_product::difference(a, x, h, arithmetic).as_ref());
        let rounded = exact_product::error_bound(h.nrows(), frobenius(x), norm, size);
        Residuals { distance: off(x, arithmetic), r: 1.01 * (size + rounded), norm }
    }

    /// The bound on the error, where the residual is small beside the smallest eigenvalue of `H`.
    ///
    /// The exact polar factor of `X` is at most `distance` away; so much does its product with `H` differ.
    fn error(&self, smallest: f64) -> Option<f64> {
        let r = self.r + self.distance * self.norm;
        let gap = smallest - 2.0 * r;
        (self.distance <= 1e-6 && gap > 0.1 * smallest).then(|| self.distance + r / gap)
    }
}

/// A bound on `‖Q'Q - I‖_F`, which is one on the distance from the nearest orthonormal matrix as well.
pub(crate) fn off(q: MatRef<'_, f64>, arithmetic: Arithmetic) -> f64 {
    let identity = Mat::<f64>::identity(q.ncols(), q.ncols());
    let gap = exact_product::difference(identity.as_ref(), q.transpose(), q, arithmetic);
    let (size, norm) = (frobenius(gap.as_ref()), frobenius(q));
    1.01 * (size + exact_product::error_bound(q.nrows(), norm, norm, size))
}

/// Steps of full accuracy that bring a nearly orthonormal matrix to rounding: each triples the correct digits.
const MOST_POLISHING: usize = 6;
/// Polishing converges to the polar factor of the matrix it starts from while all singular values are within `(0, 1.5)`.
const NEARLY_ORTHONORMAL: f64 = 0.9;

/// A proved lower bound of the smallest eigenvalue of a symmetric matrix; `None` unless it is positive.
///
/// `H - μ*I` is positive definite when its Cholesky factorisation in floating point succeeds for a slightly larger shift
/// (Rump 2006, *Verification of positive definiteness*, BIT 46).
fn smallest_eigenvalue(h: &Mat<f64>, norm: f64, arithmetic: Arithmetic) -> Option<f64> {
    let n = h.nrows();
    let l = arithmetic.cholesky(h.clone())?;
    // Inverse iteration: the estimate is at least the smallest eigenvalue and soon close to it.
    let mut v = Mat::<f64>::from_fn(1, n, |_, j| 1.0 + 0.3 * ((j * j + 1) as f64).sin());
    let mut estimate = norm;
    for _ in 0..8 {
        let size = frobenius(v.as_ref());
        v = arithmetic.right_solve(l.as_ref(), Mat::from_fn(1, n, |_, j| v[(0, j)] / size));
        estimate = 1.0 / frobenius(v.as_ref());
    }
    // The factorisation is that of a matrix at most this far away.
    let trace: f64 = (0..n).map(|i| h[(i, i)].abs()).sum();
    let rounding = 2.0 * gamma(n + 1) * trace;
    [0.95, 0.8, 0.5, 0.2].into_iter().find_map(|fraction| {
        let shift = fraction * estimate;
        let shifted = Mat::from_fn(n, n, |i, j| h[(i, j)] - if i == j { shift } else { 0.0 });
        let proved = shift - rounding;
        (proved > 0.0 && arithmetic.cholesky(shifted).is_some()).then_some(proved)
    })
}

/// What is proved of a matrix, and a better one where that took its first-order error.
pub(crate) struct Proved {
    pub(crate) certificate: Certificate,
    pub(crate) corrected: Option<Mat<f64>>,
}

/// What is proved of a nearly exact factor: by polishing it, in twice the precision where that alone proves less than
/// `wanted` and less than could be; `None` where it is too far from the polar factor for that. `a` has at least as many
/// rows as columns.
pub(crate) fn prove(
    a: &Matrix,
    x: MatRef<'_, f64>,
    wanted: f64,
    arithmetic: Arithmetic,
) -> Option<Proved> {
    let view = a.as_faer();
    let mut reference = Reference::polished(view, x, arithmetic)?;
    let mut certificate = reference.certify(view, x, arithmetic);
    let own = reference.error / (reference.rank as f64).sqrt();
    let mut corrected = None;
    let cheap = a.cols() <= SHARP_ANYWAY;
    if (certificate.bound > wanted || cheap) && own > 0.3 * certificate.bound {
        corrected = reference.sharpened(view, arithmetic);
        certificate = reference.certify(view, x, arithmetic);
    }
    Some(Proved { certificate, corrected })
}

/// What is proved of any matrix, however far from the polar factor.
pub(crate) fn prove_any(
    a: &Matrix,
    x: MatRef<'_, f64>,
    arithmetic: Arithmetic,
) -> Option<Certificate> {
    if let Some(found) = prove(a, x, 0.0, arithmetic) {
        return Some(found.certificate);
    }
    let svd = Svd::new(a).ok()?;
    Some(Reference::exact(a.as_faer(), &svd, arithmetic).certify(a.as_faer(), x, arithmetic))
}
