//! Numbers whose gradients are functions of matrices.

use crate::error::Error;
use crate::matfun::function::Prepared;
use crate::matrix::Matrix;

/// A number that is a function of `A`, with its gradient at `A`: derivatives of the number are those of the gradient.
pub(crate) struct Potential {
    pub(crate) name: &'static str,
    pub(crate) value: Result<f64, Error>,
    /// Nothing but the reason where there is none, as at the kinks of norms.
    pub(crate) gradient: Result<Box<dyn Prepared>, Error>,
}

impl Potential {
    fn gradient(&self) -> Result<&dyn Prepared, Error> {
        self.gradient.as_ref().map(|gradient| &**gradient).map_err(Clone::clone)
    }
}

impl Prepared for Potential {
    fn value(&self) -> Result<Matrix, Error> {
        Ok(Matrix::diagonal(&[self.value.clone()?]))
    }

    fn higher(&self, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let Some((last, rest)) = directions.split_last() else { return self.value() };
        let gradient = self.gradient()?.higher(rest)?;
        if (gradient.rows(), gradient.cols()) != (last.rows(), last.cols()) {
            let detail = format!(
                "{}×{} and a direction {}×{}",
                gradient.rows(),
                gradient.cols(),
                last.rows(),
                last.cols()
            );
            return Err(Error::Shape { function: self.name, detail });
        }
        last.checked_finite(self.name)?;
        let sum = gradient.data().iter().zip(last.data()).map(|(x, y)| x * y).sum();
        Matrix::diagonal(&[sum]).checked_result(self.name)
    }

    fn adjoint(&self, g: &Matrix, directions: &[&Matrix]) -> Result<Matrix, Error> {
        let [weight] = g.data() else {
            let detail = format!("a number and a weight {}×{}", g.rows(), g.cols());
            return Err(Error::Shape { function: self.name, detail });
        };
        g.checked_finite(self.name)?;
        self.gradient()?.higher(directions)?.scaled(*weight).checked_result(self.name)
    }
}
