//! `X'*f(X*w)` in one pass over `X`: the gradient of a sum over data, or a product with its Hessian.

use std::array::from_fn;

use beltrami_linalg::dense::{Buffer, PASS_LINES, Vectors, pass_product};

use crate::plan::entrywise::{Access, Loop, OPERANDS};
use crate::plan::function::finite;
use crate::plan::memory::{Memory, Place, Read, Rows, Shaped};
use crate::plan::real::Real;
use crate::plan::step::{Step, Work};

/// Entries of a matrix below which nothing is gained.
const SMALL: usize = 1 << 12;

/// A product, entry-wise functions of it, and the product with the transpose.
pub(crate) struct Pass<T> {
    /// The matrix, whose rows are read.
    a: Rows,
    rows: usize,
    cols: usize,
    x: Rows,
    /// Buffers of columns: `A*x`, and what each loop computes; the last is multiplied.
    lines: Vec<usize>,
    loops: Vec<(Loop<T>, Vec<Operand>)>,
}

/// What a loop reads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operand {
    /// One of the columns of the pass.
    Line(usize),
    Other(Rows),
}

/// Joins steps to passes.
pub(crate) fn join<T: Real>(mut steps: Vec<Step<T>>) -> Vec<Step<T>> {
    while let Some(found) = (0..steps.len()).find_map(|last| find(&steps, last)) {
        steps = found.join(steps);
    }
    steps
}

impl<T: Real> Pass<T> {
    /// `out ← A'*y`.
    pub(crate) fn run(
        &self,
        out: &mut [T],
        memory: &mut Memory<'_, '_, '_, T>,
        scratch: &mut [T],
        threads: usize,
    ) -> bool {
        let mut own: [Buffer<T>; PASS_LINES] = from_fn(|_| Buffer::default());
        for (own, place) in own.iter_mut().zip(&self.lines) {
            *own = std::mem::take(&mut memory.buffers[*place]);
        }
        let mut lines: [&mut [T]; PASS_LINES] = from_fn(|_| Default::default());
        for (line, own) in lines.iter_mut().zip(&mut own) {
            *line = own;
        }
        let outside = &*memory;
        let vectors = Vectors::new();
        let fine = pass_product(
            out,
            (outside.rows(self.a), self.cols),
            outside.rows(self.x),
            &mut lines[..self.lines.len()],
            &|rows, lines| {
                let mut fine = finite(vectors, lines[0]);
                for (k, (program, reads)) in self.loops.iter().enumerate() {
                    let (before, after) = lines.split_at_mut(k + 1);
                    let mut operands: [&[T]; OPERANDS] = [&[]; OPERANDS];
                    for ((to, read), access) in operands.iter_mut().zip(reads).zip(&program.access)
                    {
                        *to = match (*read, access) {
                            (Operand::Line(j), _) => &*before[j],
                            (Operand::Other(place), Access::Number) => outside.rows(place),
                            (Operand::Other(place), _) => &outside.rows(place)[rows.clone()],
                        };
                    }
                    fine &= program.column(&operands[..reads.len()], after[0]);
                }
                fine
            },
            scratch,
            threads,
        );
        for (own, place) in own.into_iter().zip(&self.lines) {
            memory.buffers[*place] = own;
        }
        fine && finite(vectors, out)
    }

    /// The places that are read, besides its own columns.
    pub(crate) fn reads(&self) -> Vec<Place> {
        let others = self.loops.iter().flat_map(|(_, reads)| reads).filter_map(|read| match read {
            Operand::Other(rows) => Some(rows.place()),
            Operand::Line(_) => None,
        });
        [self.a.place(), self.x.place()].into_iter().chain(others).collect()
    }

    /// Whether one of its columns lies there.
    pub(crate) fn writes(&self, place: Place) -> bool {
        self.lines.iter().any(|line| place == Place::Buffer(*line))
    }

    /// Operations, and numbers read and written.
    pub(crate) fn cost(&self) -> (f64, f64) {
        let (rows, cols) = (self.rows as f64, self.cols as f64);
        let operations: usize = self.loops.iter().map(|(program, _)| program.code.len()).sum();
        let others = self.loops.iter().flat_map(|(_, reads)| reads);
        let others = others.filter(|read| matches!(read, Operand::Other(_))).count();
        let lines = (others + self.lines.len()) as f64 * rows;
        (4.0 * rows * cols + operations as f64 * rows, rows * cols + lines + 2.0 * cols)
    }
}

/// Steps that are one pass, by their places in the plan.
struct Found {
    first: usize,
    loops: Vec<usize>,
    last: usize,
    /// What depends on the first product, in order, without it.
    dependent: Vec<usize>,
}

/// The pass that ends with a step, if there is one.
fn find<T: Real>(steps: &[Step<T>], last: usize) -> Option<Found> {
    let Work::Line { a, x: y, both: false } = &steps[last].work else { return None };
    let Read::Columns(matrix) = a.read else { return None };
    if a.len() < SMALL || steps[last].constant {
        return None;
    }
    (0..last).rev().find_map(|first| {
        let Work::Line { a: b, both: false, .. } = &steps[first].work else { return None };
        if b.read.rows().is_none_or(|rows| rows.place() != matrix)
            || (b.rows, b.cols) != (a.cols, a.rows)
            || !is_alone(steps, first)
        {
            return None;
        }
        let mut dependent: Vec<usize> = Vec::new();
        for k in first + 1..=last {
            let on = |before: &usize| steps[k].depends_on(&steps[*before]);
            if on(&first) || dependent.iter().any(on) {
                dependent.push(k);
            }
        }
        // What of it the factor needs is to be computed row by row, as the product is.
        let mut loops: Vec<usize> = Vec::new();
        let mut open = vec![y.place()];
        while let Some(place) = open.pop() {
            let step = dependent.iter().copied().find(|k| steps[*k].to == place);
            if let Some(step) = step.filter(|k| !loops.contains(k)) {
                if !is_column(&steps[step], b.rows) || !is_alone(steps, step) {
                    return None;
                }
                loops.push(step);
                open.extend(steps[step].reads());
            }
        }
        loops.sort_unstable();
        let fits = (1..PASS_LINES).contains(&loops.len()) && dependent.last() == Some(&last);
        fits.then_some(Found { first, loops, last, dependent })
    })
}

/// Whether a result lies in a buffer that no other step writes, and every run computes it.
fn is_alone<T: Real>(steps: &[Step<T>], k: usize) -> bool {
    let step = &steps[k];
    let writers = steps.iter().filter(|other| other.to == step.to).count();
    matches!(step.to, Place::Buffer(_)) && writers == 1 && !step.constant
}

/// Whether a step computes a column entry by entry.
fn is_column<T: Real>(step: &Step<T>, rows: usize) -> bool {
    let Work::Loop(program, reads) = &step.work else { return false };
    let plain = |access: &Access| matches!(access, Access::Same | Access::Number);
    (program.rows, program.cols, program.finish) == (rows, 1, None)
        && program.access.iter().all(plain)
        && reads.iter().all(|read| read.rows().is_some())
}

impl Found {
    /// The steps in an order in which the pass is one: what depends on its columns otherwise comes after it.
    fn join<T: Real>(self, steps: Vec<Step<T>>) -> Vec<Step<T>> {
        let Found { first, loops, last, dependent } = self;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let (mut product, mut programs, mut end) = (None, Vec::new(), None);
        for (k, step) in steps.into_iter().enumerate() {
            match k {
                k if k == first => product = Some(step),
                k if k == last => end = Some(step),
                k if loops.contains(&k) => programs.push(step),
                k if k > last || dependent.contains(&k) => after.push(step),
                _ => before.push(step),
            }
        }
        if let (Some(product), Some(mut end)) = (product, end)
            && let Work::Line { a: Shaped { read: Read::Rows(a), rows, cols }, x, .. } =
                product.work
        {
            let mut pass = Pass { a, rows, cols, x, lines: Vec::new(), loops: Vec::new() };
            let mut places = vec![product.to];
            for step in programs {
                let Work::Loop(program, reads) = step.work else { continue };
                let operand = |read: Read| {
                    let rows = read.rows()?;
                    Some(match places.iter().position(|own| *own == rows.place()) {
                        Some(line) => Operand::Line(line),
                        None => Operand::Other(rows),
                    })
                };
                // `is_column` has seen that all of them are columns.
                let Some(reads) = reads.into_iter().map(operand).collect() else { continue };
                pass.loops.push((program, reads));
                places.push(step.to);
            }
            pass.lines.extend(places.iter().filter_map(|place| match place {
                Place::Buffer(k) => Some(*k),
                _ => None,
            }));
            end.work = Work::Pass(Box::new(pass));
            before.push(end);
        }
        before.extend(after);
        before
    }
}
