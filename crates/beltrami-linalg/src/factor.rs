//! Factorisations, one a file; each scales by a power of two before it calls faer, and reports its [`residual`].

pub mod banded;
pub(crate) mod basis;
mod bidiagonal;
pub mod cholesky;
pub mod eigen;
pub mod enclosure;
mod francis;
pub mod general_eigen;
pub mod givens;
pub mod gram_schmidt;
mod hessenberg;
pub mod jacobi;
pub mod least_squares;
pub mod lu;
pub mod pivoted_qr;
pub mod plu;
pub mod qr;
pub mod rank;
mod reduction;
pub mod residual;
pub mod schur;
mod secular;
pub mod single;
pub mod svd;
mod svd_ladder;
