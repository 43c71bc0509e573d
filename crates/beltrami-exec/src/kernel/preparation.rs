//! Functions at the matrices that were met last, so that what their values and derivatives share is computed once.

use beltrami_linalg::matfun::Prepared;

use crate::error::ExecError;
use crate::kernel::spectral::Function;
use crate::tensor::Tensor;

/// Functions at matrices that are remembered: an expression and its derivatives have few, and each holds a few matrices.
const MOST: usize = 4;

/// Functions at matrices.
#[derive(Default)]
pub(crate) struct Preparations {
    /// The one that was asked for last comes last.
    kept: Vec<Preparation>,
}

struct Preparation {
    function: Function<f64>,
    a: Tensor<f64>,
    prepared: Box<dyn Prepared>,
}

impl Preparations {
    /// The function at the matrix, from an earlier time where it is the same.
    pub(crate) fn at(
        &mut self,
        function: Function<f64>,
        a: &Tensor<f64>,
    ) -> Result<&dyn Prepared, ExecError> {
        let known = |kept: &Preparation| kept.function == function && kept.a == *a;
        let last = match self.kept.iter().position(known) {
            Some(place) => self.kept.remove(place),
            None => {
                let prepared = function.prepared(a)?;
                if self.kept.len() == MOST {
                    self.kept.remove(0);
                }
                Preparation { function, a: a.clone(), prepared }
            }
        };
        self.kept.push(last);
        // One was pushed just now.
        Ok(&*self.kept[self.kept.len() - 1].prepared)
    }
}
