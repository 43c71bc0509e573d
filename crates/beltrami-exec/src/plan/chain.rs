//! Matrix products: their order by cost, and what need not be multiplied at all.

use std::collections::BTreeMap;

use beltrami_core::Kernel;
use smallvec::smallvec;

use crate::plan::node::{Binary, Dims, NodeId, Op, Program, Reduce, Unary};

/// Products already made, by their factors in order: a plan that needs one again pays nothing for it.
pub(crate) type Made = BTreeMap<Vec<NodeId>, NodeId>;

impl Program {
    /// The product of several matrices in the order that needs the fewest multiplications.
    ///
    /// Dynamic programming over the places to cut (Cormen, Leiserson, Rivest and Stein 2009, section 15.2).
    pub(crate) fn chain(&mut self, factors: &[NodeId], made: &mut Made) -> NodeId {
        let n = factors.len();
        let mut cost = vec![vec![0.0_f64; n]; n];
        let mut cut = vec![vec![0_usize; n]; n];
        for width in 2..=n {
            for i in 0..=n - width {
                let j = i + width - 1;
                if made.contains_key(&factors[i..=j]) {
                    cut[i][j] = usize::MAX;
                    continue;
                }
                cost[i][j] = f64::INFINITY;
                for k in i..j {
                    let (rows, inner) = (self.size(factors[i]).0, self.size(factors[k]).1);
                    let cols = self.size(factors[j]).1;
                    let (left, right) = (&factors[i..=k], &factors[k + 1..=j]);
                    let work = match (self.diagonals(left), self.diagonals(right)) {
                        (Some(p), Some(q)) => rows.min(cols) as f64 * p * q,
                        (Some(p), None) | (None, Some(p)) => rows as f64 * cols as f64 * p,
                        _ => rows as f64 * inner as f64 * cols as f64,
                    };
                    let total = cost[i][k] + cost[k + 1][j] + work;
                    if total < cost[i][j] {
                        (cost[i][j], cut[i][j]) = (total, k);
                    }
                }
            }
        }
        self.cut(factors, 0, n - 1, &cut, made)
    }

    /// A bound on how many diagonals of a product are not zero by structure.
    fn diagonals(&self, factors: &[NodeId]) -> Option<f64> {
        factors.iter().try_fold(1.0, |count, factor| match self.op(*factor) {
            Op::Diagonal(_) => Some(count),
            Op::Banded(strips) => Some(count * strips.len() as f64),
            _ => None,
        })
    }

    fn cut(
        &mut self,
        factors: &[NodeId],
        i: usize,
        j: usize,
        cut: &[Vec<usize>],
        made: &mut Made,
    ) -> NodeId {
        if i == j {
            return factors[i];
        }
        if let Some(id) = made.get(&factors[i..=j]) {
            return *id;
        }
        let k = cut[i][j];
        let left = self.cut(factors, i, k, cut, made);
        let right = self.cut(factors, k + 1, j, cut, made);
        let product = self.matmul(left, right);
        made.insert(factors[i..=j].to_vec(), product);
        product
    }

    /// The product of two matrices.
    pub(crate) fn matmul(&mut self, a: NodeId, b: NodeId) -> NodeId {
        if self.is_scalar(a) || self.is_scalar(b) {
            return self.mul(a, b);
        }
        let ((m, k), (_, n)) = (self.size(a), self.size(b));
        if let Some(x) = self.filled(a) {
            let row = self.reduce(Reduce::SumCols, b);
            let column = self.fill(x, smallvec![m, 1]);
            return self.mul(column, row);
        }
        if let Some(x) = self.filled(b) {
            let column = self.reduce(Reduce::SumRows, a);
            let row = self.fill(x, smallvec![1, n]);
            return self.mul(column, row);
        }
        // A column times a row.
        if k == 1 {
            return self.mul(a, b);
        }
        if let Some(product) = self.structured(a, b) {
            return product;
        }
        // A row times a column.
        if m == 1 && n == 1 {
            let a = self.transpose(a);
            let product = self.mul(a, b);
            return self.sum(product);
        }
        self.scaled_product(a, b)
    }

    /// The exponential of a matrix times a thin one, without the exponential: kernel [`Kernel::Expm`] of both.
    fn exponential(&mut self, a: NodeId, b: NodeId) -> Option<NodeId> {
        /// Columns of a thin matrix for each column of the exponential at most.
        const THIN: usize = 32;
        let of = |program: &Program, id: NodeId| match program.op(id) {
            Op::Apply { kernel: Kernel::Expm, args, .. } => match args[..] {
                [of] => Some(of),
                _ => None,
            },
            Op::Transpose(inner) => match program.op(*inner) {
                Op::Apply { kernel: Kernel::Expm, args, .. } => match args[..] {
                    [of] => Some(of),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let (rows, cols) = (self.size(a).0, self.size(b).1);
        let turned = |program: &Program, id| matches!(program.op(id), Op::Transpose(_));
        if let Some(of) = of(self, a).filter(|_| cols * THIN <= rows) {
            let of = if turned(self, a) { self.transpose(of) } else { of };
            let op = Op::Apply { kernel: Kernel::Expm, spec: None, args: smallvec![of, b] };
            return Some(self.add_node(op, smallvec![rows, cols]));
        }
        // x'*expm(A) = (expm(A')*x)'.
        let of = of(self, b).filter(|_| rows * THIN <= cols)?;
        let of = if turned(self, b) { of } else { self.transpose(of) };
        let right = self.transpose(a);
        let op = Op::Apply { kernel: Kernel::Expm, spec: None, args: smallvec![of, right] };
        let product = self.add_node(op, smallvec![cols, rows]);
        Some(self.transpose(product))
    }

    /// Products with diagonals, sums and factors that are carried outwards.
    fn structured(&mut self, a: NodeId, b: NodeId) -> Option<NodeId> {
        if let Some(product) = self.exponential(a, b) {
            return Some(product);
        }
        let (thin_left, thin_right) = (self.size(a).0 == 1, self.size(b).1 == 1);
        match (self.op(a).clone(), self.op(b).clone()) {
            // A line is divided by what the diagonal is the reciprocal of, which takes one operation and rounds once.
            (Op::Diagonal(v), _) => Some(match *self.op(v) {
                Op::Unary(Unary::Recip, u) if thin_right => self.binary(Binary::Div, b, u),
                _ => self.mul(v, b),
            }),
            (_, Op::Diagonal(v)) => {
                if let Op::Unary(Unary::Recip, u) = *self.op(v)
                    && thin_left
                {
                    let row = self.transpose(u);
                    return Some(self.binary(Binary::Div, a, row));
                }
                let row = self.transpose(v);
                Some(self.mul(a, row))
            }
            (Op::Banded(_), _) if thin_right || self.is_banded(b) => Some(self.strips_times(a, b)),
            (_, Op::Banded(_)) if thin_left => {
                let (column, turned) = (self.transpose(a), self.transpose(b));
                let product = self.matmul(turned, column);
                Some(self.transpose(product))
            }
            (Op::AddBanded(x, v), _) if thin_right || self.is_light(x) => {
                let (product, other) = (self.matmul(x, b), self.matmul(v, b));
                Some(self.add(product, other))
            }
            (_, Op::AddBanded(x, v)) if thin_left || self.is_light(x) => {
                let (product, other) = (self.matmul(a, x), self.matmul(a, v));
                Some(self.add(product, other))
            }
            (Op::Inverse { factors, transposed }, _) => Some(self.solve(factors, b, transposed)),
            (_, Op::Inverse { factors, transposed }) => {
                let turned = self.transpose(a);
                let solution = self.solve(factors, turned, !transposed);
                Some(self.transpose(solution))
            }
            // kron(A, B)*vec(X) = vec(B*X*A').
            (Op::Kron(x, y), _) if thin_right => {
                let ((m, n), (p, q)) = (self.size(x), self.size(y));
                let turned = self.reshape(b, smallvec![n, q]);
                let product = self.matmul(x, turned);
                let y = self.transpose(y);
                let product = self.matmul(product, y);
                Some(self.reshape(product, smallvec![m * p, 1]))
            }
            (_, Op::Kron(..)) if thin_left => {
                let (column, turned) = (self.transpose(a), self.transpose(b));
                let product = self.matmul(turned, column);
                Some(self.transpose(product))
            }
            // A thin factor first: each product is then one with a line.
            (Op::MatMul(x, y), _) if thin_right => {
                let inner = self.matmul(y, b);
                Some(self.matmul(x, inner))
            }
            (_, Op::MatMul(x, y)) if thin_left => {
                let inner = self.matmul(a, x);
                Some(self.matmul(inner, y))
            }
            (Op::SymmetricSum(x), _) if thin_right => {
                let dims = self.dims(b).clone();
                Some(self.add_node(Op::SymmetricProduct(x, b), dims))
            }
            (_, Op::SymmetricSum(_)) if thin_left => {
                let column = self.transpose(a);
                let product = self.matmul(b, column);
                Some(self.transpose(product))
            }
            _ => self.distributed(a, b),
        }
    }

    /// Products of sums with lines, and numbers of what is multiplied with a band.
    fn distributed(&mut self, a: NodeId, b: NodeId) -> Option<NodeId> {
        let (thin_left, thin_right) = (self.size(a).0 == 1, self.size(b).1 == 1);
        if let Op::Binary(f @ (Binary::Add | Binary::Sub), x, y) = *self.op(a)
            && thin_right
            && self.is_multiplied(x, a)
            && self.is_multiplied(y, a)
        {
            let (x, y) = (self.matmul(x, b), self.matmul(y, b));
            return Some(self.binary(f, x, y));
        }
        if let Op::Binary(f @ (Binary::Add | Binary::Sub), x, y) = *self.op(b)
            && thin_left
            && self.is_multiplied(x, b)
            && self.is_multiplied(y, b)
        {
            let (x, y) = (self.matmul(a, x), self.matmul(a, y));
            return Some(self.binary(f, x, y));
        }
        // Numbers of the other factor are carried outwards, all else that it is made of is multiplied with the band.
        if self.is_banded(a) || self.is_banded(b) {
            if let Op::Binary(Binary::Mul, c, x) = *self.op(if self.is_banded(a) { b } else { a })
                && self.is_scalar(c)
            {
                let product = if self.is_banded(a) { self.matmul(a, x) } else { self.matmul(x, b) };
                return Some(self.mul(c, product));
            }
            let dims = smallvec![self.size(a).0, self.size(b).1];
            return Some(self.add_node(Op::MatMul(a, b), dims));
        }
        None
    }

    /// Whether a product with it costs little: numbers and outer products.
    fn is_light(&self, a: NodeId) -> bool {
        match self.op(a) {
            Op::Fill(_) => true,
            Op::Binary(Binary::Mul, x, y) => {
                self.is_line(*x) && (self.is_line(*y) || self.is_light(*y))
            }
            _ => false,
        }
    }

    /// Whether a line is better multiplied with it alone than with the sum of which it is a term.
    fn is_multiplied(&self, term: NodeId, sum: NodeId) -> bool {
        if self.dims(term) != self.dims(sum) {
            return false;
        }
        match self.op(term) {
            Op::Input(_)
            | Op::Transpose(_)
            | Op::MatMul(..)
            | Op::Gram(..)
            | Op::Diagonal(_)
            | Op::Banded(_)
            | Op::AddBanded(..)
            | Op::SymmetricSum(_)
            | Op::Inverse { .. }
            | Op::Fill(_) => true,
            Op::Binary(Binary::Mul, c, x) if self.is_scalar(*c) => self.is_multiplied(*x, sum),
            Op::Binary(Binary::Mul, ..) => self.is_light(term),
            Op::Binary(Binary::Add | Binary::Sub, x, y) => {
                self.is_multiplied(*x, sum) && self.is_multiplied(*y, sum)
            }
            _ => false,
        }
    }

    /// A product whose factors' numbers, row and column scalings are taken out of it first.
    fn scaled_product(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let (m, n) = (self.size(a).0, self.size(b).1);
        let (mut left, mut right) = (a, b);
        // On the result, and between the factors as a column.
        let (mut outside, mut between): (Vec<NodeId>, Option<NodeId>) = (Vec::new(), None);
        while let Op::Binary(Binary::Mul, c, x) = *self.op(left)
            && self.is_line(c)
            && self.dims(x) == self.dims(left)
        {
            let c_size = self.size(c);
            if self.size(left).0 == 1 && c_size != (1, 1) {
                // Entries of one row: no scaling, a product of two rows.
                break;
            } else if c_size.1 == 1 {
                outside.push(c);
            } else {
                let column = self.transpose(c);
                between = Some(between.map_or(column, |w| self.mul(w, column)));
            }
            left = x;
        }
        while let Op::Binary(Binary::Mul, c, x) = *self.op(right)
            && self.is_line(c)
            && self.dims(x) == self.dims(right)
        {
            let c_size = self.size(c);
            if self.size(right).1 == 1 && c_size != (1, 1) {
                break;
            } else if c_size.0 == 1 {
                outside.push(c);
            } else {
                between = Some(between.map_or(c, |w| self.mul(w, c)));
            }
            right = x;
        }
        let changed = (left, right) != (a, b);
        let product = if let Some(blocks) = self.block_product(left, between, right) {
            blocks
        } else if let Some(blocks) = self.khatri_rao_gram(left, between, right) {
            blocks
        } else if self.transpose_is(left, right) && m > 1 {
            self.gram(right, between)
        } else {
            let (left, right) = match between {
                None => (left, right),
                // The smaller factor is scaled.
                Some(w) if m < n => {
                    let row = self.transpose(w);
                    (self.mul(row, left), right)
                }
                Some(w) => (left, self.mul(w, right)),
            };
            let bare = between.is_none() && changed;
            if bare { self.matmul(left, right) } else { self.bare_product(left, right) }
        };
        outside.into_iter().fold(product, |product, c| self.mul(c, product))
    }

    /// `(A ⊗ I)*diag(w)*(B ⊗ I)` and its like with the identity on either side, which is a product of small arrays: blocks
    /// that are diagonal, a block diagonal, or all entries, none of them a sum over the rows of the identity.
    fn block_product(
        &mut self,
        left: NodeId,
        between: Option<NodeId>,
        right: NodeId,
    ) -> Option<NodeId> {
        let (Op::Kron(a, b), Op::Kron(c, d)) = (self.op(left).clone(), self.op(right).clone())
        else {
            return None;
        };
        let identity = |x: NodeId| match self.op(x) {
            Op::Diagonal(v) if self.filled(*v) == Some(1.0) => Some(self.size(x).0),
            _ => None,
        };
        // Rows between the factors have two indices, of which each factor sums one or keeps it; `w` is their table.
        let (x, y, table, text) = match [a, b, c, d].map(identity) {
            [None, Some(n), None, Some(m)] if n == m => {
                (a, c, [self.size(c).0, n], "aj,jb,ji->(ai)(bi)")
            }
            [Some(n), None, Some(m), None] if n == m => {
                (b, d, [n, self.size(d).0], "aj,jb,ij->(ia)(ib)")
            }
            [Some(n), None, None, Some(m)] if self.size(c).0 == n => {
                (b, c, [n, m], "aj,ib,ij->(ia)(bj)")
            }
            [None, Some(n), Some(m), None] if self.size(d).0 == n => {
                (a, d, [m, n], "aj,ib,ji->(ai)(jb)")
            }
            _ => return None,
        };
        let dims = smallvec![self.size(left).0, self.size(right).1];
        let table: Dims = table.into_iter().collect();
        let w = match between {
            Some(w) => self.reshape(w, table),
            None => self.fill(1.0, table),
        };
        self.einsum(text, &[x, y, w], &dims)
    }

    /// `kr(A, B)*diag(w)*kr(A, B)'`, symmetric in the rows of `A` and in those of `B`: a quarter of its entries suffices.
    fn khatri_rao_gram(
        &mut self,
        left: NodeId,
        between: Option<NodeId>,
        right: NodeId,
    ) -> Option<NodeId> {
        let (Op::KhatriRao(a, b), Op::Transpose(x)) = (self.op(left), self.op(right)) else {
            return None;
        };
        let (a, b) = (*a, *b);
        if *x != left || self.size(a).0 == 1 || self.size(b).0 == 1 {
            return None;
        }
        let n = self.size(left).0;
        let count: Dims = smallvec![self.size(left).1, 1];
        let w = match between {
            Some(w) => self.reshape(w, count),
            None => self.fill(1.0, count),
        };
        self.einsum("m,jm,im,km,lm->(ij)(kl)", &[w, b, a, a, b], &smallvec![n, n])
    }

    fn bare_product(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let (m, n) = (self.size(a).0, self.size(b).1);
        if m == 1 && n == 1 {
            let column = self.transpose(a);
            let product = self.mul(column, b);
            return self.sum(product);
        }
        // Both factors turned are one product turned, and a row times a matrix is a column.
        if m == 1 {
            let (a, b) = (self.transpose(b), self.transpose(a));
            let product = self.matmul(a, b);
            return self.transpose(product);
        }
        self.add_node(Op::MatMul(a, b), smallvec![m, n])
    }

    fn transpose_is(&self, a: NodeId, b: NodeId) -> bool {
        match (self.op(a), self.op(b)) {
            (Op::Transpose(x), _) if *x == b => true,
            (_, Op::Transpose(y)) if *y == a => true,
            _ => false,
        }
    }

    fn gram(&mut self, x: NodeId, w: Option<NodeId>) -> NodeId {
        let n = self.size(x).1;
        match w.and_then(|w| self.filled(w)) {
            Some(c) => {
                let product = self.gram(x, None);
                let c = self.constant(c);
                self.mul(c, product)
            }
            None => self.add_node(Op::Gram(x, w), smallvec![n, n]),
        }
    }
}
