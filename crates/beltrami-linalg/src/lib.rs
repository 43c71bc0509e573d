//! Dense linear algebra and matrix functions on faer.
//!
//! One function family a file: factorisations in [`factor`], functions of matrices in [`matfun`], all on [`Matrix`].
//! *Invariant: no function returns NaN or infinity; what cannot be computed is an [`Error`] that names cause and remedy.*
//! Entry points: [`Lu`], [`Svd`], [`SymmetricEigen`], [`expm`], [`logm`], [`sqrtm`], [`matfun::MatrixFunction`].

pub mod clip;
mod conjugate;
pub mod dense;
mod equilibration;
mod error;
mod extended;
pub mod factor;
mod format;
mod interval;
pub mod matfun;
mod matrix;
mod operator;
pub mod polar;
mod product;
pub mod random;
mod scalar;
mod scale;
pub mod schedule;
pub mod structured;
pub mod truncate;

pub use conjugate::{Conjugate, conjugate_gradients};
pub use dense::dot;
pub use equilibration::Equilibrated;
pub use error::Error;
pub use extended::Extended;
pub use factor::banded::BandedCholesky;
pub use factor::cholesky::Cholesky;
pub use factor::eigen::{SymmetricEigen, eigenvalues, lambda_max, symmetric_part, vector_max};
pub use factor::enclosure::{Disc, eigenvalue_discs};
pub use factor::general_eigen::GeneralEigen;
pub use factor::givens::{Rotation, givens_qr};
pub use factor::gram_schmidt::gram_schmidt;
pub use factor::jacobi::jacobi_svd;
pub use factor::least_squares::LeastSquares;
pub use factor::lu::Lu;
pub use factor::pivoted_qr::PivotedQr;
pub use factor::plu::Plu;
pub use factor::qr::Qr;
pub use factor::rank::{Rank, exact_rank, scaled_rank};
pub use factor::residual::{Residual, frobenius, norm};
pub use factor::schur::Schur;
pub use factor::single::SingleSvd;
pub use factor::svd::{Svd, pinv, singular_values, top_dyad};
pub use format::Format;
pub use interval::Interval;
pub use matfun::adjugate::adjugate;
pub use matfun::cosm::{cosm, sinm};
pub use matfun::expm::{expm, expm_frechet, expm_frechet_matrix};
pub use matfun::invroot::{Inverse, invroot, invroot_frechet_matrix, invroot_in};
pub use matfun::kronecker::{frechet_matrix, sylvester_matrix};
pub use matfun::logm::{logm, logm_frechet, logm_frechet_matrix};
pub use matfun::msign::msign;
pub use matfun::nuclear::{nuclear_norm, nuclear_norm_gradient};
pub use matfun::root::root;
pub use matfun::singular::{
    clip_frechet_matrix, clip_singular_values, low_rank, low_rank_frechet_matrix,
    singular_values_frechet_matrix,
};
pub use matfun::spectral::{spectral_norm, spectral_norm_gradient};
pub use matfun::sqrtm::{sqrtm, sqrtm_frechet, sqrtm_frechet_matrix};
pub use matfun::sylvester::solve_sylvester;
pub use matrix::Matrix;
pub use operator::{LinearOperator, MOST_ENTRIES, Solver};
pub use product::{gemm, matmul};
pub use random::{RandomOptions, RandomSvd, SparseMatrix, random_svd};
pub use scalar::{Complex, Scalar};
pub use scale::{exponent_of, ldexp};
pub use structured::Structured;
pub use truncate::{Norm, Rule, Truncation, truncation};
