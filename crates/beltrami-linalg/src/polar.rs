//! The polar factor `msign(A) = U*V'`, planned, in any number format, with a proved bound on its error.
//!
//! [`polar`] scales the matrix, chooses a route (polynomials, rational steps with Cholesky, the Gram side of a long matrix,
//! or the singular value decomposition), and compares the result with the polar factor by computed residuals.

mod arithmetic;
mod certificate;
mod deflation;
pub(crate) mod exact_product;
mod layout;
mod newton_schulz;
mod normalise;
mod panel;
mod planned;
mod rational;
mod refine;
mod route;
mod run;
mod sharp;
mod triangular;
mod weighted;

pub use arithmetic::Storage;
pub use certificate::Certificate;
pub use normalise::Normalisation;

pub(crate) use arithmetic::{Arithmetic, Real};
pub(crate) use certificate::{gamma, off};
pub(crate) use layout::{as_matrix, converted, frobenius, scale};
pub(crate) use newton_schulz::direct;
pub(crate) use normalise::{largest_singular_value, normalised};

use crate::error::Error;
use crate::format::Format;
use crate::matrix::Matrix;
use crate::schedule::Schedule;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// `‖X - msign(A)‖_F ≤ accuracy*sqrt(rank)`, proved; the route is chosen.
    Accuracy(f64),
    /// The steps of a schedule, as they are, whatever accuracy they reach.
    Schedule(Schedule, Normalisation, Side),
}

/// Where the steps of a schedule are computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Side {
    /// On the matrix itself.
    Direct,
    /// On the Gram matrix of the smaller side, whose polynomials are collected and applied to the matrix at the end and after
    /// the steps named here, where the Gram matrix is computed anew; steps are counted from 1.
    ///
    /// Cheaper where one side is clearly longer. A singular value `σ`, relative to the largest, keeps an accuracy of `u/σ²`
    /// until the first restart, so that in a short format the first steps have to take small ones up before it (the package
    /// *gram-newton-schulz* 0.1.6 of Dao AI Lab, which restarts after step 2).
    Gram {
        /// Ascending numbers of steps; those beyond the schedule say nothing.
        restarts: Vec<usize>,
    },
}

/// What is to be proved of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing. An accuracy is aimed at by estimates of the condition alone.
    Omitted,
    /// Enough: the bound that is proved with the least work. For large matrices it may be several times the error.
    Enough,
    /// A bound near the error itself, from an eigendecomposition and residuals in more than `f64`.
    Sharp,
}

/// How a polar factor is computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The accuracy or the schedule.
    pub target: Target,
    /// The format in which the iteration stores its matrices; `None` lets the planner choose.
    pub format: Option<Format>,
    /// Threads for products and factorisations, at least 1.
    pub threads: usize,
    /// What is proved.
    pub proof: Proof,
}

/// To six digits, proved, on one thread.
impl Default for Request {
    fn default() -> Request {
        Request::accuracy(1e-6)
    }
}

impl Request {
    /// To a stated accuracy, on one thread.
    pub fn accuracy(accuracy: f64) -> Request {
        Request {
            target: Target::Accuracy(accuracy),
            format: None,
            threads: 1,
            proof: Proof::Enough,
        }
    }

    /// By the steps of a schedule in a format, after division by the Frobenius norm, on one thread.
    pub fn schedule(schedule: Schedule, format: Format) -> Request {
        let target = Target::Schedule(schedule, Normalisation::Frobenius, Side::Direct);
        Request { target, format: Some(format), threads: 1, proof: Proof::Enough }
    }
}

/// A polar factor and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Polar {
    /// The matrix, of the shape of the input.
    pub factor: Matrix,
    /// How it was computed.
    pub method: String,
    /// The number of steps.
    pub steps: usize,
    /// Floating-point operations of the route, without those of the bound.
    pub flops: f64,
    /// What was proved; `None` where it was not asked for.
    pub certificate: Option<Certificate>,
}

/// The polar factor of a matrix of any shape and rank.
///
/// Where the rank is less than full the factor is that of the non-zero singular values, `U_r*V_r'`. Those up to
/// `max(m,n)*eps*σ₁` count as zero; the certificate says whether they are. The zero matrix gives itself.
///
/// # Errors
/// [`Error::Unresolved`] where such values are not zero, as scaled rows and columns show;
/// [`Error::NotFinite`]; [`Error::Shape`] for an accuracy that is not positive; [`Error::NotConverged`] where the requested
/// accuracy is not reached even by the singular value decomposition in `f64`, or a schedule overflows.
/// # References
/// Higham 2008, *Functions of Matrices*, chapter 8; Nakatsukasa and Higham 2012, *Backward stability of iterations for
/// computing the polar decomposition*.
pub fn polar(a: &Matrix, request: &Request) -> Result<Polar, Error> {
    run::run(a, request)
}
