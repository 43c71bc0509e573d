//! The polar factor.

use crate::error::Error;
use crate::factor::rank::deficient;
use crate::factor::svd::Svd;
use crate::matrix::Matrix;
use crate::product::product;

/// The polar factor `U*V'` of the thin singular value decomposition, the nearest matrix with orthonormal columns (or rows).
///
/// # Errors
/// [`Error::RankDeficient`] when a singular value vanishes to working precision: then the factor is not unique;
/// [`Error::Unresolved`] when such a value is not zero, as scaled rows and columns show.
/// [`Error::NotFinite`], [`Error::NotConverged`].
/// # References
/// Higham 2008, *Functions of Matrices*, chapter 8.
pub fn msign(a: &Matrix) -> Result<Matrix, Error> {
    let svd = Svd::normalised(a)?.values;
    let (rank, wanted) = (svd.rank(), svd.s.len());
    if rank < wanted {
        return Err(deficient("msign", a, (rank, wanted)));
    }
    Ok(product(&svd.u, &svd.v.transpose()))
}
