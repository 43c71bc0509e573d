//! Functions of matrices and their Fréchet derivatives, one family a file.
//!
//! [`MatrixFunction`] is what they have in common: value, derivative, adjoint, condition number and residual.
//! Primary functions act on eigenvalues, [`Odd`] ones on singular values.
//! Algorithms run with perturbed matrices give derivatives of every order.

pub mod action;
pub mod adjugate;
mod condition;
pub mod cosm;
pub mod determinant;
pub mod expm;
pub mod function;
mod gradient;
mod halving;
pub mod invroot;
pub mod kronecker;
pub mod largest;
pub mod logm;
pub mod msign;
pub mod nuclear;
pub mod odd;
mod pade;
mod perturbed;
mod power;
mod primary;
mod principal;
pub mod pseudoinverse;
pub mod real_power;
pub mod root;
mod second;
pub mod singular;
pub mod spectral;
pub mod sqrtm;
pub mod sylvester;

pub use cosm::{Cosm, Sinm};
pub use determinant::{Adjugate, Determinant};
pub use expm::Expm;
pub use function::{MatrixFunction, Prepared};
pub use invroot::InvRoot;
pub use largest::{LambdaMax, VectorMax};
pub use logm::Logm;
pub use nuclear::NuclearNorm;
pub use odd::{Clip, Line, LowRank, Odd, OddScalar, Sign, Smooth, SoftThreshold, Tanh, TopDyad};
pub use pseudoinverse::Pinv;
pub use real_power::Power;
pub use root::Root;
pub use singular::SingularValues;
pub use spectral::SpectralNorm;
pub use sqrtm::Sqrtm;
