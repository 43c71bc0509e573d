//! Functions of matrices and their Fréchet derivatives, one family a file.

pub mod adjugate;
pub mod expm;
pub mod inverse_root;
pub mod kronecker;
pub mod logm;
pub mod msign;
pub mod singular;
pub mod sqrtm;
