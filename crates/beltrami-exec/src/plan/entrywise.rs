//! Entry-wise computations, fused: a short program runs over tiles that stay in cache, and what is left of them is
//! stored or summed at once.

use beltrami_linalg::dense::{Element, Vectors};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::plan::function::finite;
use crate::plan::node::{Binary, Reduce, Shift, Unary};
use crate::plan::real::Real;
use crate::plan::tile::{Register, Tile};

/// Entries of a tile: eight of them, as many as a program has registers, fit the first-level cache.
const TILE: usize = 256;

/// A tile for programs of few registers, which do less for each start of a loop.
const LONG_TILE: usize = 1024;

/// Registers of those programs.
const FEW: usize = 2;

/// A tile for arrays that are smaller still, for which clearing the large one would take longer than the work.
const SMALL_TILE: usize = 16;

/// Registers of a program.
pub(crate) const REGISTERS: usize = 8;

/// Arrays that a program may read.
pub(crate) const OPERANDS: usize = 12;

/// Rows of which a turned operand is read together: a cache line of it is then used whole.
const TURNED_ROWS: usize = 8;

/// Turned operands of one program.
pub(crate) const TURNED: usize = 2;

/// Rows up to this length are too short for a tile each; several are one, and columns and rows are repeated for it.
const NARROW: usize = 64;

/// Entries that are worth a task of their own.
const TASK: usize = 1 << 14;

/// Tasks at most, and so partial sums.
const TASKS: usize = 16;

/// Partial sums of a tile.
const LANES: usize = 32;

/// How an operand is read for the entry in row `i` and column `j`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Its entry at the same place.
    Same,
    /// Its one entry.
    Number,
    /// Entry `i` of a column.
    Row,
    /// Entry `j` of a row.
    Column,
    /// Entry `(j, i)`: the transpose.
    Turned,
    /// Its entry at another place, of a column, or zero.
    Shifted(Shift),
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source<T> {
    Register(usize),
    Operand(usize),
    Constant(T),
}

/// One function applied to tiles.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instruction<T> {
    Unary(Unary, Source<T>, usize),
    Binary(Binary, Source<T>, Source<T>, usize),
}

/// A program over a `rows×cols` array.
#[derive(Clone, Debug)]
pub(crate) struct Loop<T> {
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) access: Vec<Access>,
    pub(crate) code: Vec<Instruction<T>>,
    pub(crate) result: Source<T>,
    /// What is left of the entries; all of them when `None`.
    pub(crate) finish: Option<Reduce>,
}

/// What a task does with the entries of its part.
enum Goal<'a, T> {
    Store(&'a mut [T]),
    Sum,
    Squares(T),
    Largest,
    LargestSize,
    RowSums(&'a mut [T]),
    ColumnSums(&'a mut [T]),
}

/// An entry was NaN or infinite.
pub(crate) struct NotFinite;

impl<T: Real> Loop<T> {
    /// Runs over operands given in order; `out` has the size of the result.
    pub(crate) fn run(
        &self,
        operands: &[&[T]],
        out: &mut [T],
        threads: usize,
    ) -> Result<(), NotFinite> {
        let len = self.rows * self.cols;
        let anywhere = |a: &Access| matches!(a, Access::Same | Access::Number | Access::Shifted(_));
        let flat = self.access.iter().all(anywhere);
        // Whole rows, or any part where rows do not matter.
        let chunk = match (flat, self.finish) {
            (_, Some(Reduce::SumCols)) => len,
            (true, Some(Reduce::Sum | Reduce::Max | Reduce::Norm) | None) => {
                len.div_ceil(TASKS).max(TASK)
            }
            _ => self.rows.div_ceil(TASKS).max(TASK.div_ceil(self.cols.max(1))) * self.cols,
        };
        let flat = flat && !matches!(self.finish, Some(Reduce::SumRows | Reduce::SumCols));
        let task = |place: usize, goal: Goal<'_, T>| {
            let start = place * chunk;
            self.part(operands, start..(start + chunk).min(len), flat, goal)
        };
        match self.finish {
            None => {
                if len == 0 {
                    return Ok(());
                }
                // A flag for each task, so that no thread waits for another.
                if threads > 1 && chunk < len {
                    out.par_chunks_mut(chunk)
                        .enumerate()
                        .map(|(place, out)| task(place, Goal::Store(out)).1)
                        .reduce(|| true, |a, b| a && b)
                } else {
                    out.chunks_mut(chunk)
                        .enumerate()
                        .fold(true, |ok, (place, out)| ok & task(place, Goal::Store(out)).1)
                }
            }
            Some(Reduce::SumRows) => {
                out.fill(T::ZERO);
                if len == 0 {
                    return Ok(());
                }
                let height = chunk / self.cols;
                if threads > 1 && chunk < len {
                    out.par_chunks_mut(height)
                        .enumerate()
                        .map(|(place, out)| task(place, Goal::RowSums(out)).1)
                        .reduce(|| true, |a, b| a && b)
                } else {
                    out.chunks_mut(height)
                        .enumerate()
                        .fold(true, |ok, (place, out)| ok & task(place, Goal::RowSums(out)).1)
                }
            }
            Some(Reduce::SumCols) => {
                out.fill(T::ZERO);
                if len == 0 {
                    return Ok(());
                }
                task(0, Goal::ColumnSums(out)).1
            }
            Some(reduce) => {
                let (x, ok) = self.number(reduce, len, chunk, threads, &task);
                out[0] = x;
                ok
            }
        }
        .then_some(())
        .ok_or(NotFinite)
    }

    /// The entries of a part of a column, given the same part of the operands; whether all was finite.
    pub(crate) fn column(&self, operands: &[&[T]], out: &mut [T]) -> bool {
        let len = out.len();
        self.part(operands, 0..len, true, Goal::Store(out)).1
    }

    fn number(
        &self,
        reduce: Reduce,
        len: usize,
        chunk: usize,
        threads: usize,
        task: &(impl Fn(usize, Goal<'_, T>) -> (T, bool) + Sync),
    ) -> (T, bool) {
        let all = |goal: &(dyn Fn() -> Goal<'static, T> + Sync),
                   join: &dyn Fn(T, T) -> T,
                   start: T| {
            let mut parts = [(start, true); TASKS];
            let count = if len == 0 { 0 } else { len.div_ceil(chunk) };
            let parts = &mut parts[..count];
            if threads > 1 && count > 1 {
                parts
                    .par_chunks_mut(1)
                    .enumerate()
                    .for_each(|(place, part)| part[0] = task(place, goal()));
            } else {
                parts.iter_mut().enumerate().for_each(|(place, part)| *part = task(place, goal()));
            }
            parts.iter().fold((start, true), |(x, ok), (y, fine)| (join(x, *y), ok && *fine))
        };
        let sum = |x: T, y: T| x + y;
        match reduce {
            Reduce::Max => {
                let (x, ok) = all(&|| Goal::Largest, &larger, T::from_f64(f64::NEG_INFINITY));
                (x, ok && x.to_f64().is_finite())
            }
            Reduce::Norm => {
                let (squares, ok) = all(&|| Goal::Squares(T::ONE), &sum, T::ZERO);
                // Sums of squares between these bounds have lost nothing to underflow and overflow.
                let safe = if T::EPSILON < 1e-10 { 1e-280..1e300 } else { 1e-28..1e37 };
                if safe.contains(&squares.to_f64()) || !ok {
                    return (squares.root(), ok);
                }
                let (largest, _) = all(&|| Goal::LargestSize, &larger, T::ZERO);
                let largest = largest.to_f64();
                if largest == 0.0 || !largest.is_finite() {
                    return (T::from_f64(largest), largest.is_finite());
                }
                // A power of two rounds nothing; its inverse must be a number of this precision.
                let limit = if T::EPSILON < 1e-10 { 1000.0 } else { 120.0 };
                let scale = T::from_f64(largest.log2().floor().clamp(-limit, limit).exp2());
                let (squares, _) = all(&|| Goal::Squares(T::ONE / scale), &sum, T::ZERO);
                let norm = squares.root() * scale;
                (norm, norm.to_f64().is_finite())
            }
            _ => {
                let (x, ok) = all(&|| Goal::Sum, &sum, T::ZERO);
                (x, ok && x.to_f64().is_finite())
            }
        }
    }

    /// The entries of a range, in whole rows unless `flat`; what a reduction made of them, and whether all was finite.
    fn part(
        &self,
        operands: &[&[T]],
        range: std::ops::Range<usize>,
        flat: bool,
        goal: Goal<'_, T>,
    ) -> (T, bool) {
        // The last result goes elsewhere.
        let inner = self.code.iter().rev().skip(1).map(|instruction| instruction.target() + 1);
        let registers = inner.max().unwrap_or(0);
        let turns = self.access.contains(&Access::Turned);
        let repeated = self.access.iter().filter(|a| matches!(a, Access::Row | Access::Column));
        let narrow = !flat
            && !turns
            && self.cols <= NARROW
            && range.len() > self.cols
            && repeated.count() <= TURNED;
        let small = range.len() <= SMALL_TILE;
        match (turns || narrow, small, registers <= FEW) {
            (true, ..) => {
                self.tiles::<TILE, REGISTERS, TURNED>(operands, range, flat, narrow, goal)
            }
            (_, true, _) => {
                self.tiles::<SMALL_TILE, REGISTERS, 0>(operands, range, flat, false, goal)
            }
            // Registers are cleared first, and no more of them than there are entries.
            (_, _, true) if range.len() <= TILE => {
                self.tiles::<TILE, FEW, 0>(operands, range, flat, false, goal)
            }
            (_, _, true) => self.tiles::<LONG_TILE, FEW, 0>(operands, range, flat, false, goal),
            _ => self.tiles::<TILE, REGISTERS, 0>(operands, range, flat, false, goal),
        }
    }

    fn tiles<const SIZE: usize, const COUNT: usize, const TURNS: usize>(
        &self,
        operands: &[&[T]],
        range: std::ops::Range<usize>,
        flat: bool,
        narrow: bool,
        mut goal: Goal<'_, T>,
    ) -> (T, bool) {
        let vectors = Vectors::new();
        let mut registers = [const { Register::<T, SIZE>::EMPTY }; COUNT];
        let mut turned = [[[T::ZERO; SIZE]; TURNED_ROWS]; TURNS];
        let mut scratch = [T::ZERO; SIZE];
        let start = if matches!(goal, Goal::Largest) { f64::NEG_INFINITY } else { 0.0 };
        let mut lanes = [T::from_f64(start); LANES];
        let mut ok = true;
        // One long row of tiles where rows do not matter or several are one tile.
        let (top, bottom, cols) = if flat || narrow {
            (0, 1, range.len())
        } else {
            (range.start / self.cols, range.end / self.cols, self.cols)
        };
        let offset = if flat || narrow { range.start } else { 0 };
        let first_row = range.start / self.cols.max(1);
        let block = if TURNS > 0 && !narrow { TURNED_ROWS } else { 1 };
        let step = if narrow { SIZE / self.cols * self.cols } else { SIZE };
        let mut access = [Access::Same; OPERANDS];
        for (access, own) in access.iter_mut().zip(&self.access) {
            let repeated = narrow && matches!(own, Access::Row | Access::Column);
            *access = if repeated { Access::Turned } else { *own };
        }
        for first in (top..bottom).step_by(block) {
            let height = block.min(bottom - first);
            let mut next = 0;
            while next < cols {
                let left = next;
                let width = self.uncut(offset + left, step.min(cols - left));
                next += width;
                if narrow {
                    let i = (offset + left) / self.cols;
                    self.repeat(operands, &mut turned, i, width, left == 0);
                } else if TURNS > 0 {
                    self.turn(operands, &mut turned, first, height, left, width);
                }
                for row in 0..height {
                    let i = if narrow { (offset + left) / self.cols } else { first + row };
                    let mut turns: [&[T]; TURNED] = [&[]; TURNED];
                    for (here, turned) in turns.iter_mut().zip(&turned) {
                        *here = &turned[row];
                    }
                    let at = Tile {
                        operands,
                        access: &access,
                        start: if flat || narrow { offset + left } else { i * cols + left },
                        row: i,
                        left,
                        width,
                        turned: turns,
                    };
                    let place = at.start - range.start;
                    match &mut goal {
                        Goal::Store(out) => {
                            let out = &mut out[place..place + width];
                            ok &= self.compute(vectors, &at, &mut registers, out);
                        }
                        other => {
                            let tile = &mut scratch[..width];
                            ok &= self.compute(vectors, &at, &mut registers, tile);
                            ok &= self.folded_in(
                                vectors,
                                other,
                                &mut lanes,
                                tile,
                                (i, first_row, if narrow { 0 } else { left }),
                            );
                        }
                    }
                }
            }
        }
        if let Goal::ColumnSums(out) = &goal {
            ok &= finite(vectors, out);
        }
        let left = match goal {
            Goal::Largest | Goal::LargestSize => folded(&lanes, larger),
            _ => folded(&lanes, |x, y| x + y),
        };
        (left, ok)
    }

    /// Adds a tile to what is gathered, given its row, the first row of all, and its column; whether that is finite.
    fn folded_in(
        &self,
        vectors: Vectors,
        goal: &mut Goal<'_, T>,
        lanes: &mut [T; LANES],
        tile: &[T],
        (row, first_row, column): (usize, usize, usize),
    ) -> bool {
        let mut ok = true;
        match goal {
            Goal::Sum => add_lanes(vectors, lanes, tile, None),
            Goal::Squares(scale) => add_lanes(vectors, lanes, tile, Some(*scale)),
            Goal::Largest => compare_lanes(vectors, lanes, tile, false),
            Goal::LargestSize => compare_lanes(vectors, lanes, tile, true),
            Goal::RowSums(out) => {
                // Rows count for this goal alone.
                for (out, entries) in out[row - first_row..].iter_mut().zip(tile.chunks(self.cols))
                {
                    *out += sum_of_row(vectors, entries);
                    ok &= out.to_f64().is_finite();
                }
            }
            Goal::ColumnSums(out) => {
                for entries in tile.chunks(self.cols) {
                    let out = &mut out[column..][..entries.len()];
                    out.iter_mut().zip(entries).for_each(|(out, x)| *out += *x);
                }
            }
            Goal::Store(_) => {}
        }
        ok
    }

    /// How many entries from one on, at most `width`, have no beginning and no end of a shifted operand between them.
    fn uncut(&self, at: usize, width: usize) -> usize {
        let edges = self.access.iter().flat_map(|access| match *access {
            Access::Shifted(Shift { by, from, to }) => [from as isize - by, to as isize - by],
            _ => [0; 2],
        });
        let cuts = edges.map(|edge| edge - at as isize).filter(|cut| *cut > 0);
        cuts.fold(width, |width, cut| width.min(cut as usize))
    }

    /// Columns and rows repeated for a tile of several rows from `first`; what lies along rows is the same for each tile.
    fn repeat<const SIZE: usize>(
        &self,
        operands: &[&[T]],
        turned: &mut [[[T; SIZE]; TURNED_ROWS]],
        first: usize,
        width: usize,
        anew: bool,
    ) {
        let those = operands.iter().zip(&self.access);
        let those = those.filter(|(_, a)| matches!(a, Access::Row | Access::Column));
        for ((from, access), to) in those.zip(turned) {
            let rows = to[0][..width].chunks_exact_mut(self.cols);
            if *access == Access::Row {
                rows.zip(&from[first..]).for_each(|(to, x)| to.fill(*x));
            } else if anew {
                rows.for_each(|to| to.copy_from_slice(from));
            }
        }
    }

    /// Blocks of turned operands, so that each cache line of them is read once.
    fn turn<const SIZE: usize>(
        &self,
        operands: &[&[T]],
        turned: &mut [[[T; SIZE]; TURNED_ROWS]],
        first: usize,
        height: usize,
        left: usize,
        width: usize,
    ) {
        let those = operands.iter().zip(&self.access).filter(|(_, a)| **a == Access::Turned);
        for ((from, _), to) in those.zip(turned) {
            for j in 0..width {
                let from = &from[(left + j) * self.rows + first..][..height];
                for (to, x) in to.iter_mut().zip(from) {
                    to[j] = *x;
                }
            }
        }
    }
}

/// The larger number; NaN when one is NaN.
#[inline(always)]
fn larger<T: Element>(x: T, y: T) -> T {
    if x > y || x.to_f64().is_nan() { x } else { y }
}

fn sum_of_row<T: Real>(vectors: Vectors, row: &[T]) -> T {
    if row.len() < LANES {
        return row.iter().fold(T::ZERO, |sum, x| sum + *x);
    }
    let mut lanes = [T::ZERO; LANES];
    add_lanes(vectors, &mut lanes, row, None);
    folded(&lanes, |x, y| x + y)
}

fn folded<T: Element>(lanes: &[T; LANES], join: impl Fn(T, T) -> T) -> T {
    let mut lanes = *lanes;
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = join(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}

fn add_lanes<T: Real>(vectors: Vectors, lanes: &mut [T; LANES], tile: &[T], squares: Option<T>) {
    vectors.run(
        #[inline(always)]
        || {
            let (blocks, rest) = tile.as_chunks::<LANES>();
            match squares {
                None => {
                    for block in blocks {
                        for lane in 0..LANES {
                            lanes[lane] += block[lane];
                        }
                    }
                    for (lane, x) in lanes.iter_mut().zip(rest) {
                        *lane += *x;
                    }
                }
                Some(scale) => {
                    for block in blocks {
                        for lane in 0..LANES {
                            let x = scale * block[lane];
                            lanes[lane] += x * x;
                        }
                    }
                    for (lane, x) in lanes.iter_mut().zip(rest) {
                        let x = scale * *x;
                        *lane += x * x;
                    }
                }
            }
        },
    );
}

fn compare_lanes<T: Real>(vectors: Vectors, lanes: &mut [T; LANES], tile: &[T], sizes: bool) {
    vectors.run(
        #[inline(always)]
        || {
            for block in tile.chunks(LANES) {
                for (lane, x) in lanes.iter_mut().zip(block) {
                    let x = if sizes && *x < T::ZERO { -*x } else { *x };
                    // A lane that is NaN stays so.
                    let keep = x <= *lane || lane.to_f64().is_nan();
                    *lane = if keep { *lane } else { x };
                }
            }
        },
    );
}
