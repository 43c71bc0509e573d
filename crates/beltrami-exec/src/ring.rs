//! Matrix functions over the ring of jets.
//!
//! Each function is lifted: its real part comes from beltrami-linalg, and Newton's method on the defining equation, with
//! the Jacobian of the real part held fixed, makes the infinitesimal parts right, one more order each sweep. Arithmetic
//! in the ring does the rest, so no derivative formula is used anywhere.

mod algebra;
mod blocks;
mod determinant;
mod eigen;
mod exponential;
mod frechet;
mod inverse;
mod inverse_root;
mod lift;
mod projector;
mod root;
mod singular;
mod spectral;

pub(crate) use algebra::{identity, matmul, matrix_power};
pub(crate) use determinant::{adjugate, adjugate_along, det, detsign, logdet};
pub(crate) use eigen::{lambda_max, vector_max};
pub(crate) use exponential::expm;
pub(crate) use frechet::{columns, cosm, expm_along, sinm};
pub(crate) use inverse::{inverse, pinv};
pub(crate) use inverse_root::{definite, inverse_root};
pub(crate) use root::{logm, root, sqrtm};
pub(crate) use singular::{
    clip, low_rank, msign_along, singular_dyads, singular_values, singular_values_along,
};
pub(crate) use spectral::{msign, norm_nuclear, norm_spectral, top_dyad};
