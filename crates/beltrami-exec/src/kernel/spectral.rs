//! Functions of eigenvalues and singular values, with their derivatives along directions.
//!
//! Real ones come from beltrami-linalg, everything else from the ring.

use std::num::NonZeroU32;

use beltrami_core::Kernel;
use beltrami_linalg::matfun::{
    Adjugate, Clip, Cosm, Expm, InvRoot, Logm, LowRank, MatrixFunction, Odd, Prepared, Root, Sign,
    SingularValues, Sinm, Sqrtm,
};
use beltrami_linalg::{self as linalg, Matrix};

use crate::error::ExecError;
use crate::kernel::real::with_triangle_of;
use crate::ring;
use crate::scalar::Scalar;
use crate::tensor::Tensor;

/// Highest order of a root; beyond it powers of a matrix are not what is meant.
const MAX_ROOT: usize = 1 << 10;

/// A function with its parameters.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Function<S> {
    Expm,
    Logm,
    Sqrtm,
    Cosm,
    Sinm,
    Root(usize),
    InverseRoot(usize),
    Sign,
    Clip(S, S),
    LowRank(usize),
    Adjugate,
    SingularValues,
}

impl<S: Scalar> Function<S> {
    pub(crate) fn value(self, a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
        if let (true, Some(function)) = (a.is_constant(), self.of_numbers()) {
            let a = S::real_tensor(a);
            return Ok(S::lift_tensor(function.value_at(&a, &*function.prepared(&a)?)?));
        }
        match self {
            Function::Expm => ring::expm(a),
            Function::Sign => ring::msign(a),
            _ => self.lifted(a, &[]),
        }
    }

    /// The derivative along the directions, each of the shape of `a` or with a stacked one in each column, `mn×q`; without
    /// one the matrix of the map.
    pub(crate) fn derivative(
        self,
        a: &Tensor<S>,
        directions: &[&Tensor<S>],
    ) -> Result<Tensor<S>, ExecError> {
        if !a.is_constant() {
            return self.derivative_at(a, None, directions);
        }
        let Some(function) = self.of_numbers() else {
            return self.derivative_at(a, None, directions);
        };
        let prepared = function.prepared(&S::real_tensor(a))?;
        self.derivative_at(a, Some(&*prepared), directions)
    }

    /// The same of a function that is prepared at `a`.
    pub(crate) fn derivative_at(
        self,
        a: &Tensor<S>,
        prepared: Option<&dyn Prepared>,
        directions: &[&Tensor<S>],
    ) -> Result<Tensor<S>, ExecError> {
        spread(a, directions, true, |directions| self.along(a, prepared, directions))
    }

    fn along(
        self,
        a: &Tensor<S>,
        prepared: Option<&dyn Prepared>,
        directions: &[Tensor<S>],
    ) -> Result<Tensor<S>, ExecError> {
        if let Some(prepared) = prepared
            && directions.iter().all(Tensor::is_constant)
        {
            let along: Vec<Matrix> =
                directions.iter().map(real_matrix).collect::<Result<_, _>>()?;
            let along: Vec<&Matrix> = along.iter().collect();
            match prepared.higher(&along) {
                Ok(found) => return Ok(S::lift_tensor(Tensor::from_matrix(found))),
                // The ring has one.
                Err(linalg::Error::NoMethod { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.lifted(a, directions)
    }

    /// The function with parameters that are numbers; `None` when they are not.
    fn of_numbers(self) -> Option<Function<f64>> {
        Some(match self {
            Function::Expm => Function::Expm,
            Function::Logm => Function::Logm,
            Function::Sqrtm => Function::Sqrtm,
            Function::Cosm => Function::Cosm,
            Function::Sinm => Function::Sinm,
            Function::Root(p) => Function::Root(p),
            Function::InverseRoot(p) => Function::InverseRoot(p),
            Function::Sign => Function::Sign,
            Function::Clip(low, high) if low.is_constant() && high.is_constant() => {
                Function::Clip(low.real(), high.real())
            }
            Function::Clip(..) => return None,
            Function::LowRank(rank) => Function::LowRank(rank),
            Function::Adjugate => Function::Adjugate,
            Function::SingularValues => Function::SingularValues,
        })
    }

    /// In the ring: the value, or the derivative along directions.
    fn lifted(self, a: &Tensor<S>, directions: &[Tensor<S>]) -> Result<Tensor<S>, ExecError> {
        match self {
            Function::Expm => ring::expm_along(a, directions),
            Function::Logm => ring::logm(a, directions),
            Function::Sqrtm => ring::sqrtm(a, directions),
            Function::Cosm => ring::cosm(a, directions),
            Function::Sinm => ring::sinm(a, directions),
            Function::Root(p) => ring::root(a, order(p)?, directions),
            Function::InverseRoot(p) => ring::inverse_root(a, order(p)?, directions),
            Function::Sign => ring::msign_along(a, directions),
            Function::Clip(low, high) => ring::clip(a, low, high, directions),
            Function::LowRank(rank) => ring::low_rank(a, rank, directions),
            Function::Adjugate => ring::adjugate_along(a, directions),
            Function::SingularValues => ring::singular_values_along(a, directions),
        }
    }
}

impl Function<f64> {
    /// The function at a matrix, by beltrami-linalg.
    pub(crate) fn prepared(self, a: &Tensor<f64>) -> Result<Box<dyn Prepared>, ExecError> {
        let a = &a.to_matrix()?;
        let prepared = match self {
            Function::Expm => Expm.prepare(a),
            Function::Logm => Logm.prepare(a),
            Function::Sqrtm => Sqrtm.prepare(a),
            Function::Cosm => Cosm.prepare(a),
            Function::Sinm => Sinm.prepare(a),
            Function::Root(p) => Root(order(p)?).prepare(a),
            Function::InverseRoot(p) => {
                // An inverse exists of indefinite matrices too; roots look at the eigenvalues themselves.
                if p == 1 {
                    ring::definite(a)?;
                }
                InvRoot(order(p)?).prepare(&linalg::symmetric_part(a)?)
            }
            Function::Sign => Odd(Sign).prepare(a),
            Function::Clip(low, high) => match Clip::new(low, high) {
                Some(clip) => Odd(clip).prepare(a),
                None => {
                    return Err(ExecError::domain(
                        "clipping to an empty interval (by its length)",
                        high - low,
                    ));
                }
            },
            Function::LowRank(rank) => LowRank(rank).prepare(a),
            Function::Adjugate => Adjugate.prepare(a),
            Function::SingularValues => SingularValues.prepare(a),
        };
        Ok(prepared?)
    }

    /// The value of a function that is prepared at `a`.
    pub(crate) fn value_at(
        self,
        a: &Tensor<f64>,
        prepared: &dyn Prepared,
    ) -> Result<Tensor<f64>, ExecError> {
        let value = Tensor::from_matrix(prepared.value()?);
        Ok(match self {
            Function::Expm | Function::Logm | Function::Sqrtm | Function::Cosm | Function::Sinm => {
                with_triangle_of(a, &value)
            }
            _ => value,
        })
    }
}

/// A derivative along directions of which some may be several, or along all of them where there is none but a `derivative` is
/// asked for.
fn spread<S: Scalar>(
    a: &Tensor<S>,
    directions: &[&Tensor<S>],
    derivative: bool,
    along: impl Fn(&[Tensor<S>]) -> Result<Tensor<S>, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    let shape = (a.rows(), a.cols());
    let inputs = shape.0 * shape.1;
    if directions.iter().all(|e| e.dims() == a.dims()) && (!directions.is_empty() || !derivative) {
        let directions: Vec<Tensor<S>> = directions.iter().map(|e| (*e).clone()).collect();
        return along(&directions);
    }
    let identity;
    let mut directions = directions.to_vec();
    if directions.is_empty() {
        crate::tensor::checked_len::<S>(&[inputs, inputs])?;
        identity = ring::identity(inputs);
        directions.push(&identity);
    }
    ring::columns(shape, &directions, along)
}

/// The singular values.
pub(crate) fn singular_values<S: Scalar>(a: &Tensor<S>) -> Result<Tensor<S>, ExecError> {
    if !a.is_constant() {
        return ring::singular_values(a);
    }
    real(a, |a| {
        let values = linalg::singular_values(a)?;
        Ok(Matrix::new(values.len(), 1, values)?)
    })
}

/// The dyads of the singular vectors with weights, the gradient of the weighted singular values, or its derivative along directions;
/// without one the matrix of the map, if a `derivative` is what is asked for.
pub(crate) fn dyads<S: Scalar>(
    a: &Tensor<S>,
    w: &Tensor<S>,
    prepared: Option<&dyn Prepared>,
    directions: &[&Tensor<S>],
    derivative: bool,
) -> Result<Tensor<S>, ExecError> {
    let along = |directions: &[Tensor<S>]| {
        if let Some(prepared) = prepared
            && w.is_constant()
            && directions.iter().all(Tensor::is_constant)
        {
            let along: Vec<Matrix> =
                directions.iter().map(real_matrix).collect::<Result<_, _>>()?;
            let along: Vec<&Matrix> = along.iter().collect();
            let found = prepared.adjoint(&real_matrix(w)?, &along)?;
            return Ok(S::lift_tensor(Tensor::from_matrix(found)));
        }
        ring::singular_dyads(a, w, directions)
    };
    spread(a, directions, derivative, along)
}

fn real_matrix<S: Scalar>(a: &Tensor<S>) -> Result<Matrix, ExecError> {
    S::real_tensor(a).to_matrix()
}

fn order(p: usize) -> Result<NonZeroU32, ExecError> {
    let p = u32::try_from(p).ok().filter(|p| *p <= MAX_ROOT as u32).and_then(NonZeroU32::new);
    p.ok_or_else(|| {
        ExecError::shape(Kernel::InverseRoot, format!("the order of a root is 1 to {MAX_ROOT}"))
    })
}

fn real<S: Scalar>(
    a: &Tensor<S>,
    f: impl Fn(&Matrix) -> Result<Matrix, ExecError>,
) -> Result<Tensor<S>, ExecError> {
    Ok(S::lift_tensor(Tensor::from_matrix(f(&S::real_tensor(a).to_matrix()?)?)))
}
