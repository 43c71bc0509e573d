//! Dense linear algebra and matrix functions on faer.
//!
//! One function family a file: factorisations in [`factor`], functions of matrices in [`matfun`], all on [`Matrix`].
//! *Invariant: no function returns NaN or infinity; what cannot be computed is an [`Error`] that names cause and remedy.*
//! Entry points: [`Lu`], [`Svd`], [`SymmetricEigen`], [`expm`], [`logm`], [`sqrtm`].

mod error;
pub mod factor;
mod format;
pub mod matfun;
mod matrix;
mod product;
mod scale;
pub mod schedule;

pub use error::Error;
pub use factor::cholesky::Cholesky;
pub use factor::eigen::{SymmetricEigen, eigenvalues, lambda_max, vector_max};
pub use factor::lu::Lu;
pub use factor::qr::Qr;
pub use factor::svd::{Svd, pinv, singular_values, top_dyad};
pub use format::Format;
pub use matfun::adjugate::adjugate;
pub use matfun::expm::{expm, expm_frechet, expm_frechet_matrix};
pub use matfun::inverse_root::{inverse_root, inverse_root_frechet_matrix};
pub use matfun::kronecker::{frechet_matrix, solve_sylvester, sylvester_matrix};
pub use matfun::logm::{logm, logm_frechet, logm_frechet_matrix};
pub use matfun::msign::msign;
pub use matfun::singular::{
    clip_frechet_matrix, clip_singular_values, low_rank, low_rank_frechet_matrix,
    singular_values_frechet_matrix,
};
pub use matfun::sqrtm::{sqrtm, sqrtm_frechet, sqrtm_frechet_matrix};
pub use matrix::Matrix;
pub use product::{gemm, matmul};
