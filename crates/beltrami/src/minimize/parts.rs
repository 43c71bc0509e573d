//! Division by parts of a Hessian that keep the structure of their formulas.

use beltrami_linalg::Structured;
use beltrami_linalg::structured::{Blocks, Factored};
use beltrami_solve::minimize::Divisor;

use super::convexity::is_semidefinite;
use super::formulas::Names;
use super::unknown::Unknown;
use crate::derivation::Derivation;
use crate::operator::CompiledOperator;

/// The parts of a Hessian by one unknown alone, none negative anywhere.
pub(super) struct Parts(Vec<CompiledOperator>);

/// What is added to a part, relative to its norm: a row without data leaves it singular.
const SHIFT: f64 = 1e-10;

impl Parts {
    /// From derivatives in Kronecker form, one by each unknown; `None` unless all are semidefinite by their form and have a
    /// structure.
    pub fn of(blocks: &[Derivation], names: &Names) -> Option<Parts> {
        let size = |name: &str| names.point.sizes.get(name).copied();
        let options = names.plan_options();
        let compiled = blocks.iter().map(|block| {
            if !is_semidefinite(&block.graph, block.derived.expr, names) {
                return None;
            }
            let operator = CompiledOperator::new(block, &size, &options).ok()?;
            (!operator.is_dense()).then_some(operator)
        });
        compiled.collect::<Option<_>>().map(Parts)
    }

    /// The parts at a point, factored; `None` where one has no value or no method.
    pub fn at(&mut self, names: &Names, x: &[f64]) -> Option<Box<dyn Divisor>> {
        let mut factored = Vec::with_capacity(self.0.len());
        for (operator, unknown) in self.0.iter_mut().zip(&names.unknowns.all) {
            let inputs: Vec<String> = operator.inputs().map(str::to_owned).collect();
            let inputs: Vec<&[f64]> =
                inputs.iter().map(|name| names.value(name, x, None)).collect();
            let part = operator.run(&inputs).ok()?;
            let shift = SHIFT * part.norm_bound();
            let identity = Structured::identity(unknown.len());
            let shifted = Structured::sum(vec![(1.0, part), (shift, identity)]).ok()?;
            let method = match shifted.as_blocks() {
                Some(blocks) => Method::Blocks(Inverses::of(&blocks)?),
                None => Method::Factored(Factored::new(&shifted).ok()?),
            };
            factored.push((method, unknown.clone()));
        }
        Some(Box::new(Divided(factored)))
    }
}

/// Parts that can be divided by, each of which acts on the stacked columns of its unknown.
struct Divided(Vec<(Method, Unknown)>);

enum Method {
    Blocks(Inverses),
    Factored(Factored),
}

/// The inverses of small blocks: conjugate gradients do not need more digits than these keep.
struct Inverses {
    size: usize,
    interleaved: bool,
    /// Block by block, row by row.
    entries: Vec<f64>,
}

impl Divisor for Divided {
    fn divided(&self, r: &[f64]) -> Option<Vec<f64>> {
        let mut z = vec![0.0; r.len()];
        for (method, unknown) in &self.0 {
            let place = |k: usize| unknown.offset + unknown.stacked(k);
            let columns: Vec<f64> = (0..unknown.len()).map(|k| r[place(k)]).collect();
            let solved = match method {
                Method::Blocks(inverses) => inverses.times(&columns),
                Method::Factored(factored) => factored.solve(&columns).ok()?.x,
            };
            solved.iter().enumerate().for_each(|(k, x)| z[place(k)] = *x);
        }
        Some(z)
    }
}

impl Inverses {
    /// By elimination without exchange of rows, which definite blocks do not need; `None` for others.
    ///
    /// # References
    /// Higham 2002, *Accuracy and Stability of Numerical Algorithms*, section 14.4.
    fn of(blocks: &Blocks) -> Option<Inverses> {
        let (size, cols) = blocks.block_shape();
        let mut entries = Vec::with_capacity(blocks.count() * size * size);
        for block in blocks.blocks() {
            let mut a = block.data().to_vec();
            for p in 0..size {
                let pivot = a[p * cols + p];
                if pivot.is_nan() || pivot <= 0.0 {
                    return None;
                }
                a[p * cols + p] = 1.0;
                a[p * cols..][..cols].iter_mut().for_each(|x| *x /= pivot);
                let row = a[p * cols..][..cols].to_vec();
                for i in (0..size).filter(|i| *i != p) {
                    let factor = std::mem::take(&mut a[i * cols + p]);
                    let rest = a[i * cols..][..cols].iter_mut().zip(&row);
                    rest.for_each(|(x, y)| *x -= factor * y);
                }
            }
            entries.extend(a);
        }
        Some(Inverses { size, interleaved: blocks.interleaved(), entries })
    }

    fn times(&self, x: &[f64]) -> Vec<f64> {
        let size = self.size;
        let count = x.len() / size;
        let place =
            |k: usize, i: usize| if self.interleaved { i * count + k } else { k * size + i };
        let mut out = vec![0.0; x.len()];
        for (k, block) in self.entries.chunks_exact(size * size).enumerate() {
            for (i, row) in block.chunks_exact(size).enumerate() {
                out[place(k, i)] = row.iter().enumerate().map(|(j, a)| a * x[place(k, j)]).sum();
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use beltrami_linalg::Matrix;

    use super::*;

    #[test]
    fn inverses_of_blocks_undo_them() {
        for interleaved in [false, true] {
            let block =
                |k: usize| {
                    Matrix::from_fn(3, 3, |i, j| {
                        if i == j { 4.0 + k as f64 } else { (i * j) as f64 - 1.0 }
                    })
                };
            let blocks = Blocks::new((0..5).map(block).collect(), interleaved).expect("one size");
            let x: Vec<f64> = (0..15).map(|i| f64::from(i).sin()).collect();
            let image = Structured::blocks(blocks.clone()).times(&x).expect("sizes fit");
            let back = Inverses::of(&blocks).expect("definite").times(&image);
            // Conditions are below ten.
            assert!(x.iter().zip(&back).all(|(x, y)| (x - y).abs() < 1e-14), "{back:?}");
        }
        let indefinite = Blocks::new(vec![Matrix::diagonal(&[1.0, -1.0]); 2], false);
        assert!(Inverses::of(&indefinite.expect("one size")).is_none());
    }
}
