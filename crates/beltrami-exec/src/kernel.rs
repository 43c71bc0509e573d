//! Kernels that are plain arithmetic, the same over numbers and over jets; and the real ones that call beltrami-linalg.

pub(crate) mod construction;
pub(crate) mod elementwise;
pub(crate) mod layout;
pub(crate) mod preparation;
pub(crate) mod real;
pub(crate) mod reduction;
pub(crate) mod spectral;
