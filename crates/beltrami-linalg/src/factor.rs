//! Factorisations, one a file; each scales by a power of two before it calls faer.

pub mod cholesky;
pub mod eigen;
pub mod lu;
pub mod qr;
pub mod svd;
