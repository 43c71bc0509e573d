//! Matrices of few diagonals, as selections, shifts, differences and what is made of them: pieces of diagonals are carried
//! through sums and products, and columns that such a matrix multiplies are read at other places.

use std::sync::Arc;

use smallvec::smallvec;

use crate::plan::node::{NodeId, Op, Program, Reduce, Shift, Strip};

impl Program {
    /// Whether it is made of pieces of diagonals.
    pub(crate) fn is_banded(&self, a: NodeId) -> bool {
        matches!(self.op(a), Op::Diagonal(_) | Op::Banded(_))
    }

    /// The pieces of diagonals outside of which all is zero by structure.
    pub(crate) fn strips(&self, a: NodeId) -> Option<Vec<Strip>> {
        match self.op(a) {
            Op::Diagonal(v) => Some(vec![Strip { row: 0, col: 0, entries: *v }]),
            Op::Banded(strips) => Some(strips.to_vec()),
            Op::Fill(_) if self.filled(a) == Some(0.0) => Some(Vec::new()),
            _ => None,
        }
    }

    /// The matrix of pieces of diagonals, which are added where they meet.
    fn banded(&mut self, mut strips: Vec<Strip>, (rows, cols): (usize, usize)) -> NodeId {
        strips.retain(|s| self.len_of(s.entries) > 0 && self.filled(s.entries) != Some(0.0));
        if rows == 1 || cols == 1 {
            let mut line = self.fill(0.0, smallvec![rows.max(cols), 1]);
            for strip in strips {
                let moved = self.moved(strip.entries, strip.row.max(strip.col), rows.max(cols));
                line = self.add(line, moved);
            }
            return if cols == 1 { line } else { self.transpose(line) };
        }
        strips.sort_by_key(|s| (s.col as isize - s.row as isize, s.row));
        let mut joined: Vec<Strip> = Vec::new();
        for strip in strips {
            match joined.last_mut() {
                Some(last)
                    if last.row + strip.col == last.col + strip.row
                        && strip.row <= last.row + self.len_of(last.entries) =>
                {
                    last.entries = self.joined(last.entries, strip.entries, strip.row - last.row);
                }
                _ => joined.push(strip),
            }
        }
        match joined[..] {
            [] => self.fill(0.0, smallvec![rows, cols]),
            [Strip { row: 0, col: 0, entries }] if rows == cols && self.len_of(entries) == rows => {
                self.diagonal(entries)
            }
            _ => self.add_node(Op::Banded(Arc::from(joined)), smallvec![rows, cols]),
        }
    }

    /// Two columns of which the second begins at entry `first` of the first, or right behind its end, added.
    fn joined(&mut self, a: NodeId, b: NodeId, first: usize) -> NodeId {
        let (m, n) = (self.len_of(a), self.len_of(b));
        let len = m.max(first + n);
        if let (Some(x), Some(y)) = (self.filled(a), self.filled(b))
            && x == y
            && first == m
        {
            return self.fill(x, smallvec![len, 1]);
        }
        let (a, b) = (self.moved(a, 0, len), self.moved(b, first, len));
        self.add(a, b)
    }

    /// The column of `len` entries that are those of another from `first` on.
    fn slice(&mut self, a: NodeId, first: usize, len: usize) -> NodeId {
        let shift = Shift { by: first as isize, from: 0, to: usize::MAX };
        self.shift(a, shift, len)
    }

    /// The column of `len` entries that are zero but for those of another, which begin at `first`.
    fn moved(&mut self, a: NodeId, first: usize, len: usize) -> NodeId {
        let shift = Shift { by: -(first as isize), from: 0, to: usize::MAX };
        self.shift(a, shift, len)
    }

    fn shift(&mut self, a: NodeId, shift: Shift, len: usize) -> NodeId {
        let count = self.len_of(a);
        let by = shift.by;
        // What is in the window, there is, and arrives.
        let from = shift.from.max(by.max(0) as usize);
        let to = shift.to.min(count).min((by + len as isize).max(0) as usize);
        if from >= to {
            return self.fill(0.0, smallvec![len, 1]);
        }
        if (by, from, to) == (0, 0, len) && count == len {
            return a;
        }
        match self.op(a).clone() {
            Op::Fill(bits) if to - from == len => {
                self.fill(f64::from_bits(bits), smallvec![len, 1])
            }
            Op::Shift(x, inner) => {
                let clip = |place: usize| (place as isize + inner.by).max(0) as usize;
                let (from, to) = (clip(from).max(inner.from), clip(to).min(inner.to));
                self.shift(x, Shift { by: by + inner.by, from, to }, len)
            }
            Op::Binary(crate::plan::node::Binary::Mul, c, x)
                if self.is_scalar(c) && self.len_of(x) == count =>
            {
                let x = self.shift(x, Shift { by, from, to }, len);
                self.mul(c, x)
            }
            _ => self.add_node(Op::Shift(a, Shift { by, from, to }), smallvec![len, 1]),
        }
    }

    /// The `len` entries of a matrix on a diagonal from a place on, a number or a line being repeated; `None` for a matrix that
    /// is neither repeated nor banded.
    pub(crate) fn piece(
        &mut self,
        a: NodeId,
        row: usize,
        col: usize,
        len: usize,
    ) -> Option<NodeId> {
        if self.is_scalar(a) {
            return Some(a);
        }
        match self.size(a) {
            (_, 1) => return Some(self.slice(a, row, len)),
            (1, _) => {
                let column = self.transpose(a);
                return Some(self.slice(column, col, len));
            }
            _ => {}
        }
        let strips = self.strips(a)?;
        let mut sum = self.fill(0.0, smallvec![len, 1]);
        for strip in strips.into_iter().filter(|s| s.row + col == s.col + row) {
            let by = row as isize - strip.row as isize;
            let part = self.shift(strip.entries, Shift { by, from: 0, to: usize::MAX }, len);
            sum = self.add(sum, part);
        }
        Some(sum)
    }

    /// The matrix with a function of the entries that are not zero by structure.
    pub(crate) fn of_strips(
        &mut self,
        a: NodeId,
        f: impl Fn(&mut Program, NodeId) -> NodeId,
    ) -> NodeId {
        let mut strips = self.strips(a).unwrap_or_default();
        strips.iter_mut().for_each(|strip| strip.entries = f(self, strip.entries));
        let size = self.size(a);
        self.banded(strips, size)
    }

    pub(crate) fn add_strips(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let strips = [a, b].iter().flat_map(|id| self.strips(*id).unwrap_or_default()).collect();
        let size = self.size(a);
        self.banded(strips, size)
    }

    /// `A + B` with a `B` of few diagonals.
    pub(crate) fn add_banded(&mut self, a: NodeId, b: NodeId) -> NodeId {
        if self.filled(a) == Some(0.0) {
            return b;
        }
        if let Op::AddBanded(x, other) = *self.op(a) {
            let b = self.add(other, b);
            return self.add_banded(x, b);
        }
        if self.filled(b) == Some(0.0) {
            return a;
        }
        let dims = self.dims(a).clone();
        self.add_node(Op::AddBanded(a, b), dims)
    }

    /// The entry-wise product with a banded matrix, of what is repeated or banded as well.
    pub(crate) fn mul_strips(&mut self, a: NodeId, b: NodeId) -> Option<NodeId> {
        let (band, other) = if matches!(self.op(a), Op::Banded(_)) { (a, b) } else { (b, a) };
        let Op::Banded(strips) = self.op(band).clone() else { return None };
        let mut scaled = Vec::with_capacity(strips.len());
        for strip in strips.iter() {
            let len = self.len_of(strip.entries);
            let factor = self.piece(other, strip.row, strip.col, len)?;
            let entries = self.mul(factor, strip.entries);
            scaled.push(Strip { entries, ..*strip });
        }
        let size = self.size(band);
        Some(self.banded(scaled, size))
    }

    pub(crate) fn turn_strips(&mut self, a: NodeId) -> NodeId {
        let (rows, cols) = self.size(a);
        let strips = self.strips(a).unwrap_or_default();
        let turned = strips.into_iter().map(|s| Strip { row: s.col, col: s.row, ..s }).collect();
        self.banded(turned, (cols, rows))
    }

    /// The product of a banded matrix with another or with a column.
    pub(crate) fn strips_times(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let (rows, cols) = (self.size(a).0, self.size(b).1);
        let left = self.strips(a).unwrap_or_default();
        let Some(right) = self.strips(b) else {
            let mut sum = self.fill(0.0, smallvec![rows, 1]);
            for strip in left {
                let part = self.slice(b, strip.col, self.len_of(strip.entries));
                let part = self.mul(strip.entries, part);
                let part = self.moved(part, strip.row, rows);
                sum = self.add(sum, part);
            }
            return sum;
        };
        let mut strips = Vec::new();
        for s in &left {
            for t in &right {
                let first = s.col.max(t.row);
                let end = (s.col + self.len_of(s.entries)).min(t.row + self.len_of(t.entries));
                if first < end {
                    let x = self.slice(s.entries, first - s.col, end - first);
                    let y = self.slice(t.entries, first - t.row, end - first);
                    let entries = self.mul(x, y);
                    let (row, col) = (s.row + first - s.col, t.col + first - t.row);
                    strips.push(Strip { row, col, entries });
                }
            }
        }
        self.banded(strips, (rows, cols))
    }

    pub(crate) fn sum_strips(&mut self, f: Reduce, a: NodeId) -> NodeId {
        if f == Reduce::SumCols {
            let turned = self.turn_strips(a);
            let sums = self.reduce(Reduce::SumRows, turned);
            return self.transpose(sums);
        }
        let len = if f == Reduce::Sum { 1 } else { self.size(a).0 };
        let mut sum = self.fill(0.0, smallvec![len, 1]);
        for strip in self.strips(a).unwrap_or_default() {
            let part = match f {
                Reduce::Sum => self.sum(strip.entries),
                _ => self.moved(strip.entries, strip.row, len),
            };
            sum = self.add(sum, part);
        }
        sum
    }

    /// `[A; B]` where that is a column or made of diagonals.
    pub(crate) fn stack(&mut self, a: NodeId, b: NodeId) -> Option<NodeId> {
        let ((m, cols), (n, _)) = (self.size(a), self.size(b));
        if cols == 1 {
            return Some(self.joined(a, b, m));
        }
        let (mut strips, below) = (self.strips(a)?, self.strips(b)?);
        strips.extend(below.into_iter().map(|s| Strip { row: m + s.row, ..s }));
        Some(self.banded(strips, (m + n, cols)))
    }

    /// The diagonals of a square matrix with so many of them below and above the main one.
    pub(crate) fn band_rows(&mut self, a: NodeId, (lower, upper): (usize, usize)) -> NodeId {
        let dims = smallvec![self.size(a).0, lower + upper + 1];
        self.add_node(Op::BandRows(a, lower), dims)
    }

    /// How many diagonals below and above the main one a square matrix has, where all take at most half the room of all entries.
    pub(crate) fn widths(&self, a: NodeId) -> Option<(usize, usize)> {
        let (rows, cols) = self.size(a);
        let strips = self.strips(a).filter(|_| self.is_banded(a))?;
        let lower = strips.iter().map(|s| s.row.saturating_sub(s.col)).max().unwrap_or(0);
        let upper = strips.iter().map(|s| s.col.saturating_sub(s.row)).max().unwrap_or(0);
        (rows == cols && 2 * (lower + upper + 1) <= rows).then_some((lower, upper))
    }
}
