//! How products and triangular solutions are cut into jobs for threads.
//!
//! The cuts depend on sizes alone, and every job is computed by one thread, so that results are the same on any number of
//! threads. Two threads on jobs are also quicker than faer's own way to use two.

use faer::{MatMut, MatRef};

use crate::polar::arithmetic::Real;

/// Columns of a job: so many that packing the other factor anew for each costs a few per cent.
fn width(n: usize) -> usize {
    if n <= 256 { 128 } else { 256 }
}

/// A part of a matrix that is written, and the place of its upper left corner.
pub(crate) struct Part<'a, T> {
    pub(crate) row: usize,
    pub(crate) col: usize,
    pub(crate) part: MatMut<'a, T>,
}

/// All columns, some of them in each part.
pub(crate) fn columns<T: Real>(a: MatMut<'_, T>) -> Vec<Part<'_, T>> {
    let width = width(a.ncols());
    let mut parts = Vec::new();
    let (mut rest, mut col) = (a, 0);
    while rest.ncols() > width {
        let (part, others) = rest.split_at_col_mut(width);
        parts.push(Part { row: 0, col, part });
        (rest, col) = (others, col + width);
    }
    parts.push(Part { row: 0, col, part: rest });
    parts
}

/// All rows, some of them in each part.
pub(crate) fn rows<T: Real>(a: MatMut<'_, T>) -> Vec<Part<'_, T>> {
    let width = width(a.nrows());
    let mut parts = Vec::new();
    let (mut rest, mut row) = (a, 0);
    while rest.nrows() > width {
        let (part, others) = rest.split_at_row_mut(width);
        parts.push(Part { row, col: 0, part });
        (rest, row) = (others, row + width);
    }
    parts.push(Part { row, col: 0, part: rest });
    parts
}

/// The lower triangle of a square matrix: the parts below the diagonal first, which are twice the work, then those on it.
pub(crate) fn lower_triangle<T: Real>(a: MatMut<'_, T>) -> Vec<Part<'_, T>> {
    let n = a.nrows();
    let width = width(n);
    let (mut below, mut diagonal) = (Vec::new(), Vec::new());
    for Part { col, part, .. } in columns(a) {
        let (_, part) = part.split_at_row_mut(col);
        let size = part.ncols();
        let (square, mut rest) = part.split_at_row_mut(size);
        diagonal.push(Part { row: col, col, part: square });
        let mut row = col + size;
        while row < n {
            let (part, others) = rest.split_at_row_mut(width.min(n - row));
            below.push(Part { row, col, part });
            (rest, row) = (others, (row + width).min(n));
        }
    }
    below.extend(diagonal);
    below
}

/// Whether a part lies on the diagonal.
pub(crate) fn on_diagonal<T>(part: &Part<'_, T>) -> bool {
    part.row == part.col
}

/// Runs jobs on so many threads, each on its share of them one after another.
pub(crate) fn on_threads<J: Send>(threads: usize, jobs: Vec<J>, run: impl Fn(J) + Sync) {
    if threads <= 1 || jobs.len() <= 1 {
        jobs.into_iter().for_each(run);
        return;
    }
    let mut shares: Vec<Vec<J>> = (0..threads.min(jobs.len())).map(|_| Vec::new()).collect();
    let count = shares.len();
    for (place, job) in jobs.into_iter().enumerate() {
        shares[place % count].push(job);
    }
    let run = &run;
    rayon::scope(|scope| {
        for share in shares {
            scope.spawn(move |_| share.into_iter().for_each(run));
        }
    });
}

/// The upper triangle from the lower one, by tiles that pass through a buffer, so that reading and writing are in order.
pub(crate) fn mirror<T: Real>(mut a: MatMut<'_, T>) {
    const TILE: usize = 16;
    let n = a.nrows();
    let mut tile = [[T::of(0.0); TILE]; TILE];
    for left in (0..n).step_by(TILE) {
        let cols = TILE.min(n - left);
        for top in (left..n).step_by(TILE) {
            let rows = TILE.min(n - top);
            read(a.as_ref().submatrix(top, left, rows, cols), &mut tile);
            for row in top..top + rows {
                let count = if top == left { row - top } else { cols };
                let target = a.as_mut().subrows_mut(left, count).col_mut(row);
                if let Some(target) = target.try_as_col_major_mut() {
                    for (x, column) in target.as_slice_mut().iter_mut().zip(&tile) {
                        *x = column[row - top];
                    }
                }
            }
        }
    }
}

fn read<T: Real, const N: usize>(a: MatRef<'_, T>, tile: &mut [[T; N]; N]) {
    for (col, tile) in a.col_iter().zip(tile) {
        if let Some(col) = col.try_as_col_major() {
            let col = col.as_slice();
            tile[..col.len()].copy_from_slice(col);
        }
    }
}
