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

use crate::error::Error;
use crate::factor::rank::Rank;
use crate::factor::svd::Svd;
use crate::polar::arithmetic::Arithmetic;
use crate::polar::exact_product::{self, Pair};
use crate::polar::layout::{as_matrix, distance_from_identity, frobenius, part, zipped};
use crate::polar::newton_schulz;
use crate::polar::sharp::sharp;
use crate::polar::weighted::{Residuals, Weighted, weighted};
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
    /// The singular values that count as non-zero: where that is not proved, the result is compared with the polar factor of
    /// the best approximation of that rank.
    pub rank: Rank,
}

/// Rounding of one inner product of length `k`: `γ_k` (Higham 2002, *Accuracy and Stability*, section 3.1).
pub(crate) fn gamma(k: usize) -> f64 {
    let ku = (k + 2) as f64 * f64::EPSILON / 2.0;
    ku / (1.0 - ku)
}

/// A polar factor to nearly full accuracy, and the bound on its own error in the Frobenius norm.
pub(crate) struct Reference {
    factor: Mat<f64>,
    error: f64,
    rank: Rank,
    /// The symmetric factor and a lower bound of its eigenvalues, where the factor was polished.
    symmetric: Option<(Mat<f64>, f64)>,
}

impl Reference {
    /// From a matrix that is nearly orthonormal: polished by steps of full accuracy, then compared with `A`.
    ///
    /// `None` where it is too far from orthonormal, or its product with `A` is not positive definite.
    fn polished(a: MatRef<'_, f64>, x: MatRef<'_, f64>, to: Arithmetic) -> Option<Reference> {
        let n = a.ncols();
        let classic = OddPolynomial::new(&[15.0 / 8.0, -10.0 / 8.0, 3.0 / 8.0]);
        let rounding = (n as f64).sqrt() * 32.0 * f64::EPSILON;
        let mut factor = x.to_owned();
        for _ in 0..MOST_POLISHING {
            let gram = to.gram(factor.as_ref());
            let distance = distance_from_identity(gram.as_ref());
            if distance.is_nan() || distance >= NEARLY_ORTHONORMAL {
                return None;
            }
            if distance <= rounding {
                break;
            }
            factor = newton_schulz::step(factor.as_ref(), gram.as_ref(), &classic, to);
        }
        let Weighted { bound, symmetric, smallest, .. } =
            weighted(a, factor.as_ref(), Residuals::Split, 0.0, to)?;
        let rank = full(n);
        Some(Reference { factor, error: bound, rank, symmetric: Some((symmetric, smallest)) })
    }

    /// The bound from the error to first order; gives the factor without it.
    fn sharpened(&mut self, a: MatRef<'_, f64>, to: Arithmetic) -> Option<Mat<f64>> {
        let (h, smallest) = self.symmetric.as_ref()?;
        let found = sharp(a, self.factor.as_ref(), h.as_ref(), *smallest, self.error, to)?;
        self.error = self.error.min(found.bound);
        Some(found.corrected)
    }

    /// From a singular value decomposition, for any rank; of the rank it is proved so far that singular values are above 0.
    pub(crate) fn exact(a: MatRef<'_, f64>, to: Arithmetic) -> Result<Reference, Error> {
        let svd = Svd::new(&as_matrix(a))?;
        let (m, n) = (a.nrows(), a.ncols());
        let (u, v) = (svd.u.as_faer(), svd.v.as_faer());
        let rank = svd.rank();
        let scaled = Mat::from_fn(m, n, |i, j| u[(i, j)] * svd.s[j]);
        let largest = svd.s.first().copied().unwrap_or(0.0);
        let norm = svd.s.iter().map(|s| s * s).sum::<f64>().sqrt();
        // Both factors differ from orthonormal ones by at most this, and the product with the values as well.
        let distance = off(u, to) + off(v, to);
        let (residual, rounded) =
            exact_product::difference(a, scaled.as_ref(), v.transpose(), Pair::split, to);
        let size = frobenius(residual.as_ref());
        let r = 1.01 * (size + rounded + f64::EPSILON * norm + distance * largest);
        let next = svd.s.get(rank).copied().unwrap_or(0.0);
        let gap = if rank == 0 { 1.0 } else { svd.s[rank - 1] - next - 2.0 * r };
        let (u, v) = (u.subcols(0, rank), v.subcols(0, rank));
        let factor = to.product(1.0, u, v.transpose(), None);
        let own = 1.01 * distance + gamma(rank.max(1)) * rank as f64 * 1.01;
        let error = if rank == 0 {
            0.0
        } else if gap > 0.0 {
            own + r / gap
        } else {
            f64::INFINITY
        };
        let rank = Rank {
            count: rank,
            proved: rank == 0 || svd.s[rank - 1] > r,
            dropped: (rank < n).then_some(next + r),
        };
        Ok(Reference { factor, error, rank, symmetric: None })
    }

    /// What this proves of another matrix, which stands for the polar factor of `A`.
    pub(crate) fn certify(
        &self,
        a: MatRef<'_, f64>,
        x: MatRef<'_, f64>,
        to: Arithmetic,
    ) -> Certificate {
        let n = a.ncols();
        let apart = zipped(x, self.factor.as_ref(), |x, factor| x - factor);
        let distance = frobenius(apart.as_ref()) * (1.0 + gamma(a.nrows() + n + 2));
        let rank = self.rank.count;
        let root = (rank.max(1) as f64).sqrt();
        let gram = to.gram(x);
        let apart = distance_from_identity(gram.as_ref());
        // The directions without a singular value add 1 each. Where these leave nothing but rounding, the Gram matrix is
        // compared with its square instead, as that of a partial isometry is a projector.
        let off = apart.powi(2) - (n - rank) as f64;
        let off = match rank < n && off < 1e-6 {
            true => {
                let square = to.gram(gram.as_ref());
                frobenius(zipped(square.as_ref(), gram.as_ref(), |x, y| x - y).as_ref()).powi(2)
            }
            false => off,
        };
        let product = to.product(1.0, x.transpose(), a, None);
        let skew = part(product.as_ref(), -1.0);
        let size = frobenius(a);
        Certificate {
            bound: (distance + self.error) / root,
            orthogonality_residual: off.max(0.0).sqrt() / root,
            symmetry_residual: if size == 0.0 { 0.0 } else { frobenius(skew.as_ref()) / size },
            rank: self.rank,
        }
    }

    /// What is known of the rank.
    pub(crate) fn rank(&self) -> Rank {
        self.rank
    }

    /// The same with what arithmetic without rounding says of the rank.
    pub(crate) fn with_rank(self, rank: Rank) -> Reference {
        Reference { rank, ..self }
    }

    /// The factor.
    pub(crate) fn factor(&self) -> MatRef<'_, f64> {
        self.factor.as_ref()
    }
}

/// Proved by a positive definite product with a matrix of `n` columns.
fn full(n: usize) -> Rank {
    Rank { count: n, proved: true, dropped: None }
}

/// A bound on `‖Q'Q - I‖_F`, which is one on the distance from the nearest orthonormal matrix as well.
pub(crate) fn off(q: MatRef<'_, f64>, to: Arithmetic) -> f64 {
    let gram = Pair::split_square(q, to);
    let error = gram.error;
    1.01 * (frobenius(gram.minus_identity().as_ref()) + error)
}

/// Steps of full accuracy that bring a nearly orthonormal matrix to rounding: each triples the correct digits.
const MOST_POLISHING: usize = 6;
/// Polishing converges to the polar factor of the matrix it starts from while all singular values are within `(0, 1.5)`.
const NEARLY_ORTHONORMAL: f64 = 0.9;
/// Up to this size a sharp bound costs so little that it is always computed.
const SHARP_ANYWAY: usize = 128;

/// The least bound for which residuals in `f64` are tried.
const COARSE: f64 = 1e-5;

/// What is proved of a matrix, and a better one where that took its first-order error.
pub(crate) struct Proved {
    pub(crate) certificate: Certificate,
    pub(crate) corrected: Option<Mat<f64>>,
}

/// What a bound has to do.
#[derive(Clone, Copy)]
pub(crate) struct Demand {
    /// A bound on `‖X - msign(A)‖_F/sqrt(n)` up to here is enough.
    pub(crate) wanted: f64,
    /// What is done for it.
    pub(crate) effort: Effort,
}

/// What is done for a bound.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Effort {
    /// Of a large matrix residuals alone.
    Residuals,
    /// The error to first order where residuals prove too little.
    Needed,
    /// The error to first order in any case.
    Sharp,
}

/// What is proved of a matrix near the polar factor; `None` where it is too far away. `a` has at least as many rows as columns.
///
/// From residuals in `f64` where they prove enough, otherwise from residuals in more, otherwise from the error to first order.
pub(crate) fn prove(
    a: MatRef<'_, f64>,
    x: MatRef<'_, f64>,
    demand: Demand,
    to: Arithmetic,
) -> Option<Proved> {
    let n = a.ncols();
    let root = (n as f64).sqrt();
    let wanted = demand.wanted * root;
    let quick = |residuals: Residuals| {
        let found = weighted(a, x, residuals, wanted, to)?;
        let certificate = Certificate {
            bound: found.bound / root,
            orthogonality_residual: found.orthogonality / root,
            symmetry_residual: found.skewness / frobenius(a),
            rank: full(n),
        };
        Some((certificate, found.rounding / root))
    };
    let sharp = demand.effort == Effort::Sharp;
    if !sharp && n > SHARP_ANYWAY {
        let enough = |found: &Certificate| found.bound <= demand.wanted;
        // Rounding of X'X alone may be more than what is wanted, and it mostly is more than the error of a result in `f64`.
        let hopeless = gamma(a.nrows()) * n as f64 > wanted || demand.wanted < COARSE;
        let plain = if hopeless { None } else { quick(Residuals::Plain) };
        if let Some((certificate, rounding)) = &plain
            && enough(certificate)
            && *rounding <= 0.5 * certificate.bound
        {
            return Some(Proved { certificate: certificate.clone(), corrected: None });
        }
        let without = plain.as_ref().map(|(found, rounding)| found.bound - rounding);
        let promising = without.map_or(hopeless, |bound| bound <= demand.wanted);
        let split = if promising { quick(Residuals::Split) } else { None };
        let found = split.into_iter().chain(plain).map(|(certificate, _)| certificate);
        if let Some(certificate) = found.into_iter().find(enough) {
            return Some(Proved { certificate, corrected: None });
        }
        if demand.effort == Effort::Residuals {
            return None;
        }
    }
    let mut reference = Reference::polished(a, x, to)?;
    let mut certificate = reference.certify(a, x, to);
    let own = reference.error / root;
    let mut corrected = None;
    let worth = sharp || n <= SHARP_ANYWAY || certificate.bound > demand.wanted;
    if worth && own > 0.3 * certificate.bound {
        corrected = reference.sharpened(a, to);
        certificate = reference.certify(a, x, to);
    }
    Some(Proved { certificate, corrected })
}

/// What is proved of any matrix, however far from the polar factor; `decide` knows the rank, as an error where the polar factor
/// of that rank says nothing of the matrix.
pub(crate) fn prove_any(
    a: MatRef<'_, f64>,
    x: MatRef<'_, f64>,
    decide: impl FnOnce(Rank) -> Result<Rank, Rank>,
    to: Arithmetic,
) -> Option<Certificate> {
    if let Some(found) = prove(a, x, Demand { wanted: 0.0, effort: Effort::Sharp }, to) {
        return Some(found.certificate);
    }
    let reference = Reference::exact(a, to).ok()?;
    Some(match decide(reference.rank()) {
        Ok(rank) => reference.with_rank(rank).certify(a, x, to),
        Err(rank) => {
            let found = reference.with_rank(rank).certify(a, x, to);
            Certificate { bound: f64::INFINITY, ..found }
        }
    })
}
