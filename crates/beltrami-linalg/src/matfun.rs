//! Functions of matrices and their Fréchet derivatives, one family a file.
//!
//! [`MatrixFunction`] is what they have in common: value, derivative, adjoint, condition number and residual.
//! Primary functions act on eigenvalues, [`Odd`] ones on singular values.
//! Algorithms run with perturbed matrices give derivatives of every order.

pub mod adjugate;
mod condition;
pub mod cosm;
pub mod expm;
pub mod function;
pub mod invroot;
pub mod kronecker;
pub mod logm;
pub mod msign;
pub mod nuclear;
pub mod odd;
mod pade;
mod perturbed;
mod power;
mod primary;
mod principal;
pub mod real_power;
pub mod root;
pub mod singular;
pub mod spectral;
pub mod sqrtm;
pub mod sylvester;

pub use cosm::{Cosm, Sinm};
pub use expm::Expm;
pub use function::{MatrixFunction, Prepared};
pub use invroot::InvRoot;
pub use logm::Logm;
pub use odd::{Clip, Odd, OddScalar, Sign, Smooth, SoftThreshold, Tanh};
pub use real_power::Power;
pub use root::Root;
pub use sqrtm::Sqrtm;
