//! The steps of a plan, each one kernel from places to a place.

use std::sync::Arc;

use beltrami_core::{ExprId, Kernel};
use beltrami_linalg::Extended;
use beltrami_linalg::dense::{
    self, Factorisation, Factors, Refused, Vectors, View, gram, invert_triangular, line_product,
    product, solve_triangular, symmetric_sum,
};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::apply::apply_prepared;
use crate::error::ExecError;
use crate::kernel::preparation::Preparations;
use crate::plan::arrange::arrange;
use crate::plan::entrywise::{Access, Loop, OPERANDS};
use crate::plan::function::finite;
use crate::plan::kron::{khatri_rao, kron};
use crate::plan::memory::{Column, KronFactor, Memory, Outputs, Place, Read, Rows, Shaped};
use crate::plan::node::Layout;
use crate::plan::pass::Pass;
use crate::plan::real::Real;
use crate::plan::strip::{self, PlacedStrip};
use crate::plan::triangle::{Triangle, pack, unpack};
use crate::tensor::Tensor;

/// What steps leave for later ones besides values.
pub(crate) struct Kept<T> {
    pub(crate) factors: Vec<Factors<T>>,
    pub(crate) prepared: Preparations,
}

/// What a step does.
pub(crate) enum Work<T> {
    Loop(Loop<T>, Vec<Read>),
    Fill(T),
    Copy(Shaped),
    /// Pieces of diagonals of a matrix whose rows begin `stride` apart, the first one at `first`; zero elsewhere.
    Band {
        strips: Vec<PlacedStrip<T>>,
        stride: usize,
        first: usize,
    },
    AddBand(Vec<PlacedStrip<T>>),
    /// The matrix of such pieces times another of so many columns, or behind it.
    BandTimes {
        strips: Vec<PlacedStrip<T>>,
        from: Rows,
        cols: usize,
        left: bool,
    },
    DiagonalOf(Shaped),
    Arrange(Rows, Arc<Layout>),
    Pack(Rows, Triangle),
    Unpack(Rows, Triangle),
    BatchedProduct {
        a: Rows,
        a_turned: bool,
        b: Rows,
        b_turned: bool,
        inner: usize,
    },
    Product(Shaped, Shaped),
    Line {
        a: Shaped,
        x: Rows,
        both: bool,
    },
    Pass(Box<Pass<T>>),
    Gram(Shaped, Option<Rows>),
    SymmetricSum(Shaped),
    Kron(KronFactor<T>, KronFactor<T>),
    KhatriRao(Shaped, Shaped),
    /// Factors of the matrix whose rows lie there, so that those of a transpose are the factors of the matrix itself.
    Factor {
        a: Rows,
        n: usize,
        slot: usize,
        way: Factorisation,
    },
    Solve {
        slot: usize,
        width: usize,
        transposed: bool,
    },
    LogDet(usize),
    /// The solution with a triangular matrix, in place of the right-hand side.
    Substitute {
        a: Shaped,
        lower: bool,
        width: usize,
    },
    InvertTriangle {
        a: Shaped,
        lower: bool,
    },
    /// The product of so many entries.
    EntryProduct(Rows, usize),
    Apply {
        kernel: Kernel,
        spec: Option<Arc<str>>,
        args: Vec<(Shaped, Vec<usize>)>,
    },
}

/// One kernel, where its result goes, and the expression it computes.
pub(crate) struct Step<T> {
    pub(crate) to: Place,
    pub(crate) work: Work<T>,
    pub(crate) at: ExprId,
    pub(crate) dims: Vec<usize>,
    pub(crate) constant: bool,
    /// Whether no other step writes to the place, where zeros that this one leaves alone then stay.
    pub(crate) alone: bool,
}

impl<T: Real> Step<T> {
    /// Computes the result.
    pub(crate) fn run(
        &self,
        memory: &mut Memory<'_, '_, '_, T>,
        kept: &mut Kept<T>,
        scratch: &mut [T],
        threads: usize,
    ) -> Result<(), ExecError> {
        // What is written is taken out of the memory, so that the rest of it can be read.
        let mut run = |out: &mut [T], own: bool, memory: &mut Memory<'_, '_, '_, T>| {
            if let Work::Pass(pass) = &self.work {
                let fine = pass.run(out, memory, scratch, threads);
                return if fine { Ok(()) } else { Err(self.not_finite()) };
            }
            self.compute(out, own && self.alone, memory, kept, scratch, threads)
        };
        match (self.to, &mut memory.outputs) {
            (Place::Buffer(k), _) => {
                let mut out = std::mem::take(&mut memory.buffers[k]);
                let done = run(&mut out, true, memory);
                memory.buffers[k] = out;
                done
            }
            (Place::Output(k), Outputs::Own(results)) => {
                let mut out = std::mem::take(&mut results[k]);
                let done = run(&mut out, true, memory);
                memory.outputs.own(k, out);
                done
            }
            (Place::Output(k), Outputs::Given(outputs)) => {
                let out = std::mem::take(&mut outputs[k]);
                let done = run(out, false, memory);
                memory.outputs.give(k, out);
                done
            }
            (Place::Input(_), _) => Ok(()),
        }
    }

    /// With `clean` the result is zero wherever no earlier run of this step has written.
    fn compute(
        &self,
        out: &mut [T],
        clean: bool,
        memory: &Memory<'_, '_, '_, T>,
        kept: &mut Kept<T>,
        scratch: &mut [T],
        threads: usize,
    ) -> Result<(), ExecError> {
        match &self.work {
            Work::Loop(program, reads) => return self.looped(out, program, reads, memory, threads),
            Work::Fill(x) => out.fill(*x),
            Work::Copy(from) => match memory.either(from.read) {
                (data, true) => dense::transpose(out, data, from.cols, from.rows),
                (data, false) => out.copy_from_slice(data),
            },
            Work::Band { strips, stride, first } => {
                if !clean {
                    out.fill(T::ZERO);
                }
                strip::write(out, strips, (*stride, *first), |to, x| *to = x, |v| memory.value(v));
            }
            Work::AddBand(strips) => {
                let stride = (self.dims[1], 0);
                strip::write(out, strips, stride, |to, x| *to += x, |v| memory.value(v));
            }
            Work::BandTimes { strips, from, cols, left } => {
                let (from, value) = (memory.rows(*from), |v| memory.value(v));
                match left {
                    true => strip::times(out, strips, from, *cols, value, threads),
                    false => strip::behind(out, self.dims[1], strips, from, *cols, value, threads),
                }
                return self.checked(out);
            }
            Work::DiagonalOf(a) => {
                // A square matrix and its transpose have one diagonal.
                let (data, _) = memory.either(a.read);
                out.iter_mut().enumerate().for_each(|(i, out)| *out = data[i * a.cols + i]);
            }
            Work::Arrange(from, layout) => arrange(out, clean, memory.rows(*from), layout),
            Work::Pack(from, triangle) => pack(out, memory.rows(*from), *triangle),
            Work::Unpack(from, triangle) => unpack(out, memory.rows(*from), *triangle),
            Work::BatchedProduct { .. } => return self.batched(out, memory, threads),
            Work::Product(a, b) => {
                product(out, false, memory.view(a), memory.view(b), T::ONE, threads);
                return self.checked(out);
            }
            Work::Line { a, x, both } => {
                let x = memory.rows(*x);
                line_product(out, memory.view(a), *both, x, T::ONE, scratch, threads);
                return self.checked(out);
            }
            // It writes more than its result.
            Work::Pass(_) => {}
            Work::Gram(x, w) => {
                let w = w.map(|w| memory.rows(w));
                gram(out, memory.view(x), w, T::ONE, scratch, threads);
                return self.checked(out);
            }
            Work::SymmetricSum(a) => {
                // `A + A'` is the same for `A'`.
                let (data, _) = memory.either(a.read);
                symmetric_sum(out, data, a.rows, T::ONE, threads);
            }
            Work::Kron(a, b) => {
                let (a, b) = (memory.factor(a), memory.factor(b));
                kron(out, clean, a, b, threads);
            }
            Work::KhatriRao(a, b) => khatri_rao(out, memory.dense(a), memory.dense(b)),
            Work::Factor { a, slot, .. } => {
                let factors = &mut kept.factors[*slot];
                factors.factor(memory.rows(*a)).map_err(|refused| self.refused(refused))?;
            }
            Work::Solve { slot, width, transposed } => {
                kept.factors[*slot].solve(out, *width, *transposed);
                return self.checked(out);
            }
            Work::LogDet(slot) => out[0] = kept.factors[*slot].log_determinant(),
            Work::Substitute { a, lower, width } => {
                solve_triangular(memory.view(a), *lower, out, *width)
                    .map_err(|refused| self.refused(refused))?;
                return self.checked(out);
            }
            Work::InvertTriangle { a, lower } => {
                invert_triangular(out, memory.view(a), *lower)
                    .map_err(|refused| self.refused(refused))?;
                return self.checked(out);
            }
            Work::EntryProduct(v, _) => {
                let product = Extended::product(memory.rows(*v).iter().map(|x| x.to_f64()));
                out[0] = T::from_f64(product.nearest().ok_or_else(|| self.not_finite())?);
                return self.checked(out);
            }
            Work::Apply { .. } => return self.applied(out, memory, &mut kept.prepared),
        }
        Ok(())
    }

    fn looped(
        &self,
        out: &mut [T],
        program: &Loop<T>,
        reads: &[Read],
        memory: &Memory<'_, '_, '_, T>,
        threads: usize,
    ) -> Result<(), ExecError> {
        let mut operands: [&[T]; OPERANDS] = [&[]; OPERANDS];
        for ((operand, read), access) in operands.iter_mut().zip(reads).zip(&program.access) {
            let (data, turned) = memory.either(*read);
            debug_assert_eq!(turned, *access == Access::Turned);
            *operand = data;
        }
        let operands = &operands[..reads.len()];
        program.run(operands, out, threads).map_err(|_| self.not_finite())
    }

    /// Products of matrices that lie one after the other.
    fn batched(
        &self,
        out: &mut [T],
        memory: &Memory<'_, '_, '_, T>,
        threads: usize,
    ) -> Result<(), ExecError> {
        let Work::BatchedProduct { a, a_turned, b, b_turned, inner } = &self.work else {
            return Ok(());
        };
        let (m, k, n) = (self.dims[1], *inner, self.dims[2]);
        let (a, b) = (memory.rows(*a), memory.rows(*b));
        let view = |data, turned, rows, cols| {
            if turned {
                View::new(data, cols, rows).transpose()
            } else {
                View::new(data, rows, cols)
            }
        };
        let task = |place: usize, out: &mut [T]| {
            let a = view(&a[place * m * k..], *a_turned, m, k);
            let b = view(&b[place * k * n..], *b_turned, k, n);
            product(out, false, a, b, T::ONE, 1);
        };
        if threads > 1 {
            out.par_chunks_mut(m * n).enumerate().for_each(|(k, out)| task(k, out));
        } else {
            out.chunks_mut(m * n).enumerate().for_each(|(k, out)| task(k, out));
        }
        self.checked(out)
    }

    /// A kernel as the evaluator computes it.
    fn applied(
        &self,
        out: &mut [T],
        memory: &Memory<'_, '_, '_, T>,
        prepared: &mut Preparations,
    ) -> Result<(), ExecError> {
        let Work::Apply { kernel, spec, args } = &self.work else { return Ok(()) };
        let args = args
            .iter()
            .map(|(a, dims)| {
                let (data, turned) = memory.either(a.read);
                let mut numbers: Vec<f64> = data.iter().map(|x| x.to_f64()).collect();
                if turned {
                    let rows = numbers.clone();
                    dense::transpose(&mut numbers, &rows, a.cols, a.rows);
                }
                Tensor::new(dims.clone(), numbers)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let args: Vec<&Tensor<f64>> = args.iter().collect();
        let value = apply_prepared(*kernel, spec.as_deref(), &args, prepared)?;
        if value.len() != out.len() {
            return Err(ExecError::shape(
                *kernel,
                format!("{} entries where {} were planned", value.len(), out.len()),
            ));
        }
        out.iter_mut().zip(value.data()).for_each(|(out, x)| *out = T::from_f64(*x));
        self.checked(out)
    }

    /// The places that are read.
    pub(crate) fn reads(&self) -> Vec<Place> {
        let column = |column: &Column<T>| match column {
            Column::Entries(rows) => Some(rows.place()),
            Column::Number(_) => None,
        };
        let strip = |strip: &PlacedStrip<T>| column(&strip.entries);
        let factor = |factor: &KronFactor<T>| match factor {
            KronFactor::Dense(a) => Some(a.read.place()),
            KronFactor::Diagonal(entries, _) => column(entries),
        };
        match &self.work {
            Work::Loop(_, reads) => reads.iter().map(|read| read.place()).collect(),
            Work::Band { strips, .. } | Work::AddBand(strips) => {
                strips.iter().filter_map(strip).collect()
            }
            Work::BandTimes { strips, from, .. } => {
                strips.iter().filter_map(strip).chain([from.place()]).collect()
            }
            Work::Copy(a) | Work::DiagonalOf(a) | Work::SymmetricSum(a) => vec![a.read.place()],
            Work::Factor { a, .. }
            | Work::Arrange(a, _)
            | Work::Pack(a, _)
            | Work::Unpack(a, _) => vec![a.place()],
            Work::BatchedProduct { a, b, .. } => vec![a.place(), b.place()],
            Work::Product(a, b) | Work::KhatriRao(a, b) => vec![a.read.place(), b.read.place()],
            Work::Line { a, x, .. } => vec![a.read.place(), x.place()],
            Work::Substitute { a, .. } | Work::InvertTriangle { a, .. } => vec![a.read.place()],
            Work::EntryProduct(v, _) => vec![v.place()],
            Work::Pass(pass) => pass.reads(),
            Work::Gram(a, w) => [a.read.place()].into_iter().chain(w.map(|w| w.place())).collect(),
            Work::Kron(a, b) => factor(a).into_iter().chain(factor(b)).collect(),
            Work::Fill(_) | Work::Solve { .. } | Work::LogDet(_) => Vec::new(),
            Work::Apply { args, .. } => args.iter().map(|(a, _)| a.read.place()).collect(),
        }
    }

    /// The factorisation that is made or used.
    fn slot(&self) -> Option<usize> {
        match self.work {
            Work::Factor { slot, .. } | Work::Solve { slot, .. } | Work::LogDet(slot) => Some(slot),
            _ => None,
        }
    }

    /// Whether it needs what an earlier step did.
    pub(crate) fn depends_on(&self, earlier: &Step<T>) -> bool {
        let written = |place: &Place| match &earlier.work {
            Work::Pass(pass) => *place == earlier.to || pass.writes(*place),
            _ => *place == earlier.to,
        };
        self.reads().iter().chain([&self.to]).any(written)
            || self.slot().is_some_and(|slot| earlier.slot() == Some(slot))
    }

    fn checked(&self, out: &[T]) -> Result<(), ExecError> {
        if finite(Vectors::new(), out) { Ok(()) } else { Err(self.not_finite()) }
    }

    fn not_finite(&self) -> ExecError {
        ExecError::NotFinite { function: format!("the result of {}", self.name()) }
    }

    fn refused(&self, refused: Refused) -> ExecError {
        match refused {
            Refused::NotFinite => self.not_finite(),
            Refused::NotDefinite(minor) => ExecError::Singular {
                reason: format!(
                    "the leading minor of order {minor} of a matrix declared positive definite is not positive; correct the data, or declare it `symmetric`"
                ),
            },
            Refused::Singular => ExecError::Singular {
                reason: "the matrix is singular to working precision; add a multiple of eye(n)"
                    .to_owned(),
            },
        }
    }

    /// What the step is called.
    pub(crate) fn name(&self) -> &'static str {
        use crate::plan::node::Reduce;
        match &self.work {
            Work::Loop(program, _) => match program.finish {
                None if program.code.is_empty() => "shifted column",
                None => "entry-wise",
                Some(Reduce::Sum) => "sum of entries",
                Some(Reduce::SumRows) => "sum of rows",
                Some(Reduce::SumCols) => "sum of columns",
                Some(Reduce::Max) => "maximum",
                Some(Reduce::Norm) => "norm",
            },
            Work::Fill(_) => "constant",
            Work::Copy(from) if from.read.is_turned() => "transpose",
            Work::Copy(_) => "copy",
            Work::Band { strips, .. } if strips.len() == 1 => "diagonal matrix",
            Work::Band { .. } => "banded matrix",
            Work::AddBand(strips) if strips.len() == 1 => "added diagonal",
            Work::AddBand(_) => "added band",
            Work::BandTimes { .. } => "product with a band",
            Work::DiagonalOf(_) => "diagonal",
            Work::Arrange(..) => "rearrangement",
            Work::Pack(..) => "one triangle",
            Work::Unpack(..) => "both triangles",
            Work::BatchedProduct { .. } => "matrix products",
            Work::Product(..) => "matrix product",
            Work::Line { both: false, .. } => "matrix times column",
            Work::Line { both: true, .. } => "(A + A')*x in one pass",
            Work::Pass(_) => "X'*f(X*w) in one pass",
            Work::Gram(_, None) => "X'*X, one triangle",
            Work::Gram(_, Some(_)) => "X'*diag(w)*X, one triangle",
            Work::SymmetricSum(_) => "A + A', tile by tile",
            Work::Kron(..) => "Kronecker product",
            Work::KhatriRao(..) => "Khatri–Rao product",
            Work::Factor { .. } => "factorisation",
            Work::Solve { .. } => "solve",
            Work::LogDet(_) => "logarithm of the determinant",
            Work::Substitute { .. } => "substitution",
            Work::InvertTriangle { .. } => "inverse of a triangle",
            Work::EntryProduct(..) => "product of entries",
            Work::Apply { .. } => "single kernel",
        }
    }
}
