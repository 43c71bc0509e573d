//! From expressions to a program over scalars.

use beltrami_core::{ExprId, Graph, Kernel, Node};
use beltrami_linalg::Interval;

use super::builder::{Builder, Slot};
use super::{Tape, TapeError};
use crate::apply::apply;
use crate::contraction::{for_each_place, strides};
use crate::error::ExecError;
use crate::subscripts::Subscripts;
use crate::tensor::{Tensor, size_text};

/// Longer programs are refused; this one takes about a hundred megabytes.
const MOST: usize = 2_000_000;

/// A name whose entries are inputs of a program.
#[derive(Clone, Copy, Debug)]
pub struct Unknown {
    /// The name's expression.
    pub id: ExprId,
    /// Its rows.
    pub rows: usize,
    /// Its columns.
    pub cols: usize,
}

impl Tape {
    /// The program that computes all entries of all roots, row by row, from all entries of the unknowns, row by row.
    ///
    /// `sizes` gives the names of sizes, `data` the other names. What depends on no unknown is computed here; numbers of
    /// the expression enter intervals exactly, data as the `f64` that it is.
    /// # Errors
    /// See [`TapeError`].
    pub fn compile(
        graph: &Graph,
        roots: &[ExprId],
        unknowns: &[Unknown],
        sizes: &dyn Fn(&str) -> Option<i64>,
        data: &dyn Fn(&str) -> Option<Tensor<f64>>,
    ) -> Result<Tape, TapeError> {
        let mut builder = Builder::default();
        let inputs: Vec<(ExprId, Tensor<Slot>)> = unknowns
            .iter()
            .map(|u| (u.id, Tensor::from_fn(u.rows, u.cols, |_, _| builder.input())))
            .collect();
        let mut order: Vec<ExprId> = roots.iter().flat_map(|root| graph.reachable(*root)).collect();
        order.sort();
        order.dedup();
        let mut values: Vec<Option<Tensor<Slot>>> =
            vec![None; order.last().map_or(0, |id| id.index() + 1)];
        for id in order {
            let known = inputs.iter().find(|(unknown, _)| *unknown == id);
            let value = match known {
                Some((_, entries)) => Some(entries.clone()),
                None => node(graph, id, &values, &mut builder, sizes, data)?,
            };
            if builder.len() > MOST {
                return Err(TapeError::TooLong { most: MOST });
            }
            values[id.index()] = value;
        }
        let outputs = roots.iter().map(|root| values[root.index()].as_ref());
        let outputs: Vec<Slot> = outputs.flatten().flat_map(Tensor::data).copied().collect();
        Ok(builder.finish(&outputs))
    }
}

/// The entries of one node; a text has none.
fn node(
    graph: &Graph,
    id: ExprId,
    values: &[Option<Tensor<Slot>>],
    builder: &mut Builder,
    sizes: &dyn Fn(&str) -> Option<i64>,
    data: &dyn Fn(&str) -> Option<Tensor<f64>>,
) -> Result<Option<Tensor<Slot>>, TapeError> {
    let unbound = |name: String| TapeError::Unbound { at: id, name };
    Ok(match graph.node(id) {
        Node::Number(x) => Some(Tensor::scalar(builder.number(*x))),
        Node::Size(size) => {
            let n = size.evaluate(sizes).ok_or_else(|| unbound(size.to_string()))?;
            Some(Tensor::scalar(builder.constant(n as f64, Interval::integer(n))))
        }
        Node::Text(_) => None,
        Node::Symbol(name) => {
            let value = data(name).ok_or_else(|| unbound(name.to_string()))?;
            Some(value.map(|x| builder.exact(*x)))
        }
        Node::Apply(op, args) => {
            let kernel = graph.op(*op).kernel;
            let spec = args.iter().find_map(|arg| match graph.node(*arg) {
                Node::Text(text) => Some(&**text),
                _ => None,
            });
            let operands: Vec<&Tensor<Slot>> =
                args.iter().filter_map(|arg| values[arg.index()].as_ref()).collect();
            let mut place = Place { builder, at: id, kernel, spec };
            Some(place.applied(&operands)?)
        }
    })
}

/// One application.
struct Place<'a> {
    builder: &'a mut Builder,
    at: ExprId,
    kernel: Kernel,
    spec: Option<&'a str>,
}

impl Place<'_> {
    fn applied(&mut self, args: &[&Tensor<Slot>]) -> Result<Tensor<Slot>, TapeError> {
        if let Some(value) = self.computed(args)? {
            return Ok(value);
        }
        // No formula over entries; on constants it is a constant nevertheless.
        let constant = |arg: &&Tensor<Slot>| {
            let values = arg.data().iter().map(|slot| self.builder.value(*slot));
            Tensor::new(arg.dims().to_vec(), values.collect::<Option<Vec<f64>>>()?).ok()
        };
        let Some(constants) = args.iter().map(constant).collect::<Option<Vec<Tensor<f64>>>>()
        else {
            return Err(TapeError::Kernel { at: self.at, kernel: self.kernel });
        };
        let value = apply(self.kernel, self.spec, &constants.iter().collect::<Vec<_>>());
        let value = value.map_err(|cause| self.failed(cause))?;
        Ok(value.map(|x| self.builder.exact(*x)))
    }

    /// The value where the kernel is a formula over entries.
    fn computed(&mut self, args: &[&Tensor<Slot>]) -> Result<Option<Tensor<Slot>>, TapeError> {
        let b = &mut *self.builder;
        Ok(Some(match (self.kernel, args) {
            (Kernel::Neg, [a]) => a.map(|x| b.neg(*x)),
            (Kernel::Map(map), [a]) => a.map(|x| b.map(map, *x)),
            (Kernel::Composed(composition), [a]) => a.map(|x| {
                let Ok(value) = composition.formula.at(b, x);
                value
            }),
            (Kernel::Add, [x, y]) => self.zip(x, y, Builder::add)?,
            (Kernel::Sub, [x, y]) => self.zip(x, y, Builder::sub)?,
            (Kernel::Hadamard, [x, y]) => self.zip(x, y, Builder::mul)?,
            (Kernel::EDivide, [x, y]) => self.zip(x, y, Builder::div)?,
            (Kernel::EPower, [x, y]) => self.zip(x, y, Builder::power)?,
            (Kernel::Max, [x, y]) => self.zip(x, y, Builder::max)?,
            (Kernel::Min, [x, y]) => self.zip(x, y, Builder::min)?,
            (Kernel::Above, [x, y]) => self.zip(x, y, above)?,
            (Kernel::Scale, [s, a]) if s.is_scalar() => a.map(|x| b.mul(s.at(0, 0), *x)),
            (Kernel::Divide, [a, s]) if s.is_scalar() => a.map(|x| b.div(*x, s.at(0, 0))),
            (Kernel::Power, [a, s]) if s.is_scalar() => a.map(|x| b.power(*x, s.at(0, 0))),
            (Kernel::MatMul, [x, y]) if x.cols() == y.rows() => {
                Tensor::from_fn(x.rows(), y.cols(), |i, j| {
                    let terms = (0..x.cols()).map(|k| (x.at(i, k), y.at(k, j)));
                    terms
                        .fold(None, |sum, (p, q)| {
                            let product = b.mul(p, q);
                            Some(sum.map_or(product, |sum| b.add(sum, product)))
                        })
                        .unwrap_or_else(|| b.exact(0.0))
                })
            }
            (Kernel::Sum, [a]) => Tensor::scalar(sum(b, a.data().iter().copied())),
            (Kernel::Mean, [a]) => {
                let total = sum(b, a.data().iter().copied());
                let count = b.exact(a.len() as f64);
                Tensor::scalar(b.div(total, count))
            }
            (Kernel::SumColumns, [a]) => Tensor::row(
                (0..a.cols()).map(|j| sum(b, (0..a.rows()).map(|i| a.at(i, j)))).collect(),
            ),
            (Kernel::SumRows, [a]) => Tensor::column(
                (0..a.rows()).map(|i| sum(b, (0..a.cols()).map(|j| a.at(i, j)))).collect(),
            ),
            (Kernel::Trace, [a]) if a.rows() == a.cols() => {
                Tensor::scalar(sum(b, (0..a.rows()).map(|i| a.at(i, i))))
            }
            (Kernel::Norm1, [a]) => {
                let sizes = a.map(|x| b.map(beltrami_core::Map::Abs, *x));
                Tensor::scalar(sum(b, sizes.data().iter().copied()))
            }
            (Kernel::Norm2, [a]) => {
                let squares = a.map(|x| b.square(*x));
                let total = sum(b, squares.data().iter().copied());
                Tensor::scalar(b.map(beltrami_core::Map::Sqrt, total))
            }
            (Kernel::NormInf, [a]) if !a.is_empty() => {
                let sizes = a.map(|x| b.map(beltrami_core::Map::Abs, *x));
                let largest = sizes.data().iter().copied().reduce(|x, y| b.max(x, y));
                Tensor::scalar(largest.unwrap_or_else(|| b.exact(0.0)))
            }
            (Kernel::ArgMax, [a]) if !a.is_empty() => {
                let largest = a.data().iter().copied().reduce(|x, y| b.max(x, y));
                let largest = largest.unwrap_or_else(|| b.exact(0.0));
                // The halves at the largest entries, over their sum.
                let halves = a.map(|x| above(b, *x, largest));
                let total = sum(b, halves.data().iter().copied());
                halves.map(|x| b.div(*x, total))
            }
            (Kernel::LogSumExp, [a]) if !a.is_empty() => Tensor::scalar(log_sum_exp(b, a)),
            (Kernel::Softmax, [a]) if !a.is_empty() => {
                let total = log_sum_exp(b, a);
                a.map(|x| {
                    let below = b.sub(*x, total);
                    b.map(beltrami_core::Map::Exp, below)
                })
            }
            (Kernel::Einsum, _) => return self.einsum(args).map(Some),
            _ => return self.moved(args),
        }))
    }

    /// Kernels that move entries and add nothing but zeros and ones.
    fn moved(&mut self, args: &[&Tensor<Slot>]) -> Result<Option<Tensor<Slot>>, TapeError> {
        let zero = self.builder.exact(0.0);
        let b = &mut *self.builder;
        Ok(Some(match (self.kernel, args) {
            (Kernel::Transpose, [a]) => a.transpose(),
            (Kernel::Vec, [a]) => a.stacked(),
            (Kernel::DiagVector, [a]) if a.rows() == a.cols() => {
                Tensor::column((0..a.rows()).map(|i| a.at(i, i)).collect())
            }
            (Kernel::DiagMatrix, [a]) if a.is_line() => {
                let n = a.len();
                Tensor::from_fn(n, n, |i, j| if i == j { a.data()[i] } else { zero })
            }
            (Kernel::LowerPart, [a]) => {
                Tensor::from_fn(a.rows(), a.cols(), |i, j| if i >= j { a.at(i, j) } else { zero })
            }
            (Kernel::UpperPart, [a]) => {
                Tensor::from_fn(a.rows(), a.cols(), |i, j| if i <= j { a.at(i, j) } else { zero })
            }
            (Kernel::Kron, [x, y]) => {
                let (p, q) = (y.rows(), y.cols());
                Tensor::from_fn(x.rows() * p, x.cols() * q, |i, j| {
                    b.mul(x.at(i / p, j / q), y.at(i % p, j % q))
                })
            }
            (Kernel::KhatriRao, [x, y]) if x.cols() == y.cols() => {
                let p = y.rows();
                Tensor::from_fn(x.rows() * p, x.cols(), |i, j| {
                    b.mul(x.at(i / p, j), y.at(i % p, j))
                })
            }
            (Kernel::Unvec, [a, m, n]) if a.is_line() => {
                let (Some(m), Some(n)) = (self.size(m), self.size(n)) else { return Ok(None) };
                if m.checked_mul(n) != Some(a.len()) {
                    return Ok(None);
                }
                Tensor::from_fn(m, n, |i, j| a.data()[j * m + i])
            }
            (Kernel::Entry, [a, indices @ ..]) => {
                let indices: Option<Vec<usize>> =
                    indices.iter().map(|index| self.size(index)).collect();
                match indices.as_deref() {
                    Some([i]) if a.is_line() && (1..=a.len()).contains(i) => {
                        Tensor::scalar(a.data()[i - 1])
                    }
                    Some([i, j]) if (1..=a.rows()).contains(i) && (1..=a.cols()).contains(j) => {
                        Tensor::scalar(a.at(i - 1, j - 1))
                    }
                    _ => return Ok(None),
                }
            }
            (Kernel::VCat, [first, ..]) if args.iter().all(|a| a.cols() == first.cols()) => {
                let rows = args.iter().map(|a| a.rows()).sum();
                let entries = args.iter().flat_map(|a| a.data()).copied().collect();
                let value = Tensor::new(vec![rows, first.cols()], entries);
                value.map_err(|cause| self.failed(cause))?
            }
            (Kernel::HCat, [first, ..]) if args.iter().all(|a| a.rows() == first.rows()) => {
                let columns: Vec<(&Tensor<Slot>, usize)> =
                    args.iter().flat_map(|a| (0..a.cols()).map(move |j| (*a, j))).collect();
                Tensor::from_fn(first.rows(), columns.len(), |i, j| {
                    columns[j].0.at(i, columns[j].1)
                })
            }
            _ => return Ok(None),
        }))
    }

    fn einsum(&mut self, args: &[&Tensor<Slot>]) -> Result<Tensor<Slot>, TapeError> {
        let text = self.spec.unwrap_or_default();
        let subscripts = Subscripts::parse(text).map_err(|cause| self.failed(cause))?;
        let dims: Vec<&[usize]> = args.iter().map(|arg| arg.dims()).collect();
        let sizes = subscripts.sizes(&dims).map_err(|cause| self.failed(cause))?;
        let mut letters: Vec<char> = Vec::new();
        for letter in subscripts.output.iter().chain(subscripts.operands.iter().flatten()).flatten()
        {
            if !letters.contains(letter) {
                letters.push(*letter);
            }
        }
        let terms: f64 = letters.iter().map(|c| sizes[c] as f64).product();
        if terms * args.len() as f64 > MOST as f64 {
            return Err(TapeError::TooLong { most: MOST });
        }
        let out_dims: Vec<usize> =
            subscripts.output.iter().map(|axis| axis.iter().map(|c| sizes[c]).product()).collect();
        let mut steps = vec![strides(&subscripts.output, &sizes)];
        steps.extend(subscripts.operands.iter().map(|axes| strides(axes, &sizes)));
        let steps: Vec<_> = steps.iter().collect();
        let b = &mut *self.builder;
        let mut data: Vec<Option<Slot>> = vec![None; out_dims.iter().product()];
        for_each_place(&letters, &sizes, &steps, &mut |at| {
            let factors = args.iter().zip(&at[1..]).map(|(arg, place)| arg.data()[*place]);
            let product = factors.reduce(|x, y| b.mul(x, y));
            let entry = &mut data[at[0]];
            *entry = match (*entry, product) {
                (Some(sum), Some(product)) => Some(b.add(sum, product)),
                (None, product) => product,
                (sum, None) => sum,
            };
        });
        let zero = b.exact(0.0);
        let data = data.into_iter().map(|entry| entry.unwrap_or(zero)).collect();
        Tensor::new(out_dims, data).map_err(|cause| self.failed(cause))
    }

    fn zip(
        &mut self,
        x: &Tensor<Slot>,
        y: &Tensor<Slot>,
        f: fn(&mut Builder, Slot, Slot) -> Slot,
    ) -> Result<Tensor<Slot>, TapeError> {
        if x.dims() != y.dims() {
            let detail =
                format!("sizes {} and {} differ", size_text(x.dims()), size_text(y.dims()));
            return Err(self.failed(ExecError::shape(self.kernel, detail)));
        }
        let data = x.data().iter().zip(y.data()).map(|(p, q)| f(self.builder, *p, *q)).collect();
        Tensor::new(x.dims().to_vec(), data).map_err(|cause| self.failed(cause))
    }

    fn size(&self, a: &Tensor<Slot>) -> Option<usize> {
        let n = self.builder.value(*a.data().first()?)?;
        (a.is_scalar() && n.fract() == 0.0 && (0.0..1e9).contains(&n)).then_some(n as usize)
    }

    fn failed(&self, cause: ExecError) -> TapeError {
        TapeError::Value { at: self.at, cause }
    }
}

fn sum(b: &mut Builder, terms: impl Iterator<Item = Slot>) -> Slot {
    match terms.reduce(|x, y| b.add(x, y)) {
        Some(total) => total,
        None => b.exact(0.0),
    }
}

/// 1 when the first is larger, 1/2 at a tie, 0 when the second is.
fn above(b: &mut Builder, x: Slot, y: Slot) -> Slot {
    let difference = b.sub(x, y);
    let sign = b.map(beltrami_core::Map::Sign, difference);
    let (one, two) = (b.exact(1.0), b.exact(2.0));
    let sum = b.add(one, sign);
    b.div(sum, two)
}

fn log_sum_exp(b: &mut Builder, a: &Tensor<Slot>) -> Slot {
    let total = a.data().iter().copied().reduce(|x, y| b.log_add_exp(x, y));
    total.unwrap_or_else(|| b.exact(f64::NEG_INFINITY))
}
