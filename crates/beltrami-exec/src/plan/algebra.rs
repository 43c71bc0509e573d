//! Nodes built so that structure survives: bands, outer products and scalings are carried outwards and written last.

use beltrami_core::Map;
use smallvec::smallvec;

use crate::plan::node::{Binary, Dims, NodeId, Op, Program, Reduce, Unary};

impl Program {
    /// `rows×cols` times the same number.
    pub(crate) fn fill(&mut self, x: f64, dims: Dims) -> NodeId {
        self.add_node(Op::Fill(x.to_bits()), dims)
    }

    pub(crate) fn constant(&mut self, x: f64) -> NodeId {
        self.fill(x, smallvec![1, 1])
    }

    /// A function of every entry.
    pub(crate) fn unary(&mut self, f: Unary, a: NodeId) -> NodeId {
        let dims = self.dims(a).clone();
        match (f, self.op(a).clone()) {
            (Unary::Neg, _) => {
                let minus = self.constant(-1.0);
                return self.mul(minus, a);
            }
            (Unary::Square, Op::Reduce(Reduce::Norm, x)) => {
                let square = self.unary(Unary::Square, x);
                return self.sum(square);
            }
            (Unary::Map(map), Op::Diagonal(_) | Op::Banded(_)) if map.record().keeps_zero => {
                return self.of_strips(a, |program, entries| program.unary(f, entries));
            }
            (Unary::Square, Op::Diagonal(_) | Op::Banded(_)) => {
                return self.of_strips(a, |program, entries| program.unary(f, entries));
            }
            (Unary::Power(bits), _) => match f64::from_bits(bits) {
                1.0 => return a,
                2.0 => return self.unary(Unary::Square, a),
                0.5 => return self.unary(Unary::Map(Map::Sqrt), a),
                -1.0 => return self.unary(Unary::Recip, a),
                _ => {}
            },
            _ => {}
        }
        self.add_node(Op::Unary(f, a), dims)
    }

    /// A function of every two entries; a number, a column or a row stands for a matrix of its repetitions.
    pub(crate) fn binary(&mut self, f: Binary, a: NodeId, b: NodeId) -> NodeId {
        match f {
            Binary::Add => self.add(a, b),
            Binary::Sub => {
                let minus = self.unary(Unary::Neg, b);
                if let Some(sum) = self.shared_sum(a, minus) {
                    return sum;
                }
                // A difference stays one operation where nothing was gained by the sign.
                if matches!(self.op(minus), Op::Binary(Binary::Mul, c, _) if self.filled(*c) == Some(-1.0))
                    && self.plain(a)
                    && self.plain(b)
                {
                    return self.entrywise(Binary::Sub, a, b);
                }
                self.add(a, minus)
            }
            Binary::Mul => self.mul(a, b),
            Binary::Div => self.div(a, b),
            _ => self.entrywise(f, a, b),
        }
    }

    /// Whether a sum with it is an entry-wise computation and nothing better.
    fn plain(&self, a: NodeId) -> bool {
        !self.is_banded(a) && !matches!(self.op(a), Op::AddBanded(..) | Op::Fill(_))
    }

    /// The dims of an entry-wise result.
    pub(crate) fn joint(&self, a: NodeId, b: NodeId) -> Dims {
        let (x, y) = (self.dims(a), self.dims(b));
        if x.len() != y.len() {
            return if self.is_scalar(a) { y.clone() } else { x.clone() };
        }
        x.iter().zip(y).map(|(x, y)| if *x == 1 { *y } else { *x }).collect()
    }

    fn entrywise(&mut self, f: Binary, a: NodeId, b: NodeId) -> NodeId {
        let dims = self.joint(a, b);
        self.add_node(Op::Binary(f, a, b), dims)
    }

    pub(crate) fn add(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let dims = self.joint(a, b);
        match (self.filled(a), self.filled(b)) {
            (Some(x), Some(y)) => return self.fill(x + y, dims),
            (Some(0.0), _) if *self.dims(b) == dims => return b,
            (_, Some(0.0)) if *self.dims(a) == dims => return a,
            _ => {}
        }
        let same = self.dims(a) == self.dims(b);
        // Equal sums are one node.
        let (a, b) = if same && a > b { (b, a) } else { (a, b) };
        match (self.op(a).clone(), self.op(b).clone()) {
            _ if self.is_banded(a) && self.is_banded(b) => return self.add_strips(a, b),
            (Op::AddBanded(x, u), Op::AddBanded(y, v)) => {
                let (x, u) = (self.add(x, y), self.add(u, v));
                return self.add_banded(x, u);
            }
            (Op::AddBanded(x, u), _) if self.is_banded(b) => {
                let u = self.add(u, b);
                return self.add_banded(x, u);
            }
            (_, Op::AddBanded(x, u)) if self.is_banded(a) => {
                let u = self.add(u, a);
                return self.add_banded(x, u);
            }
            (Op::AddBanded(x, u), _) if same => {
                let x = self.add(x, b);
                return self.add_banded(x, u);
            }
            (_, Op::AddBanded(y, v)) if same => {
                let y = self.add(a, y);
                return self.add_banded(y, v);
            }
            _ if same && self.is_banded(a) => return self.add_banded(b, a),
            _ if same && self.is_banded(b) => return self.add_banded(a, b),
            (Op::Transpose(x), _) if x == b && !self.is_line(b) => return self.symmetric_sum(b),
            (_, Op::Transpose(x)) if x == a && !self.is_line(a) => return self.symmetric_sum(a),
            // c*X + c*Y with one factor, as gradients of quadratic forms have it.
            (Op::Binary(Binary::Mul, c, x), Op::Binary(Binary::Mul, d, y))
                if c == d && self.is_scalar(c) && self.dims(x) == self.dims(y) =>
            {
                let sum = self.add(x, y);
                return self.mul(c, sum);
            }
            _ => {}
        }
        if a == b {
            let two = self.constant(2.0);
            return self.mul(two, a);
        }
        self.shared_sum(a, b).unwrap_or_else(|| self.entrywise(Binary::Add, a, b))
    }

    fn symmetric_sum(&mut self, a: NodeId) -> NodeId {
        let dims = self.dims(a).clone();
        self.add_node(Op::SymmetricSum(a), dims)
    }

    pub(crate) fn mul(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let dims = self.joint(a, b);
        match (self.filled(a), self.filled(b)) {
            (Some(x), Some(y)) => return self.fill(x * y, dims),
            (Some(1.0), _) if *self.dims(b) == dims => return b,
            (_, Some(1.0)) if *self.dims(a) == dims => return a,
            (Some(0.0), _) | (_, Some(0.0)) => return self.fill(0.0, dims),
            // A matrix of one number scales as the number does.
            (Some(x), _) if !self.is_scalar(a) && *self.dims(b) == dims => {
                let x = self.constant(x);
                return self.mul(x, b);
            }
            (_, Some(y)) if !self.is_scalar(b) && *self.dims(a) == dims => {
                let y = self.constant(y);
                return self.mul(y, a);
            }
            _ => {}
        }
        if let Some(product) = self.mul_strips(a, b) {
            return product;
        }
        // Numbers stand first, then the smaller factor, so that equal products are one node.
        let (a, b) = match (self.len_of(a), self.len_of(b)) {
            (m, n) if m > n => (b, a),
            (m, n) if m == n && (self.filled(b).is_some() || self.filled(a).is_none() && a > b) => {
                (b, a)
            }
            _ => (a, b),
        };
        let scalar = self.is_scalar(a);
        match self.op(b).clone() {
            Op::Diagonal(v) => {
                let factor = self.on_diagonal(a);
                let v = self.mul(factor, v);
                return self.diagonal(v);
            }
            // The smaller factor takes the number, long before the product is written.
            Op::Kron(x, y) if scalar => {
                let (x, y) = if self.weight(x) <= self.weight(y) {
                    (self.mul(a, x), y)
                } else {
                    (x, self.mul(a, y))
                };
                return self.kron(x, y);
            }
            Op::AddBanded(x, v) if scalar || self.is_line(a) => {
                let (x, v) = (self.mul(a, x), self.mul(a, v));
                return self.add_banded(x, v);
            }
            // Zeros of a larger array are not multiplied.
            Op::Arrange(x, layout) if scalar && self.len_of(x) < self.len_of(b) => {
                let x = self.mul(a, x);
                return self.add_node(Op::Arrange(x, layout), dims);
            }
            // Of a column and a row the smaller takes the number, so that the product has one multiplication an entry.
            Op::Binary(Binary::Mul, x, y)
                if scalar && self.len_of(x).max(self.len_of(y)) < self.len_of(b) =>
            {
                let x = self.mul(a, x);
                return self.entrywise(Binary::Mul, x, y);
            }
            // Of numbers only constants are gathered; the order of the others is that of their making.
            Op::Binary(Binary::Mul, c, x)
                if scalar
                    && self.is_scalar(c)
                    && (!self.is_scalar(b) || self.filled(c).is_some()) =>
            {
                let (c, x) = if self.filled(c).is_some() && self.filled(a).is_none() {
                    (c, self.mul(a, x))
                } else {
                    (self.mul(a, c), x)
                };
                return self.mul(c, x);
            }
            _ => {}
        }
        if let Op::Diagonal(v) = *self.op(a) {
            let factor = self.on_diagonal(b);
            let v = self.mul(factor, v);
            return self.diagonal(v);
        }
        // A number in a factor goes outwards, where one multiplication may serve for all.
        if !scalar
            && let Op::Binary(Binary::Mul, c, x) = *self.op(a)
            && self.is_scalar(c)
        {
            let product = self.mul(x, b);
            return self.mul(c, product);
        }
        if !scalar
            && let Op::Binary(Binary::Mul, c, x) = *self.op(b)
            && self.is_scalar(c)
        {
            let product = self.mul(a, x);
            return self.mul(c, product);
        }
        self.entrywise(Binary::Mul, a, b)
    }

    /// The entries that are not zero by structure.
    fn weight(&self, a: NodeId) -> usize {
        match self.op(a) {
            Op::Diagonal(v) => self.len_of(*v),
            _ => self.len_of(a),
        }
    }

    /// What multiplies the diagonal entries, as a column or a number.
    fn on_diagonal(&mut self, a: NodeId) -> NodeId {
        match self.size(a) {
            (1, 1) | (_, 1) => a,
            (1, _) => self.transpose(a),
            _ => self.diagonal_of(a),
        }
    }

    fn div(&mut self, a: NodeId, b: NodeId) -> NodeId {
        if let (Some(x), Some(y)) = (self.filled(a), self.filled(b))
            && y != 0.0
        {
            let dims = self.joint(a, b);
            return self.fill(x / y, dims);
        }
        if self.filled(a) == Some(1.0) && self.joint(a, b) == *self.dims(b) {
            return self.unary(Unary::Recip, b);
        }
        if self.is_scalar(b) {
            let b = self.unary(Unary::Recip, b);
            return self.mul(b, a);
        }
        if let Op::Binary(Binary::Mul, c, x) = *self.op(a)
            && self.is_scalar(c)
        {
            let quotient = self.div(x, b);
            return self.mul(c, quotient);
        }
        self.entrywise(Binary::Div, a, b)
    }

    pub(crate) fn transpose(&mut self, a: NodeId) -> NodeId {
        if self.is_scalar(a) {
            return a;
        }
        let (rows, cols) = self.size(a);
        let dims: Dims = smallvec![cols, rows];
        match self.op(a).clone() {
            Op::Transpose(x) => return x,
            Op::Fill(bits) => return self.fill(f64::from_bits(bits), dims),
            Op::Diagonal(_) | Op::Gram(..) | Op::SymmetricSum(_) => return a,
            Op::Banded(_) => return self.turn_strips(a),
            Op::AddBanded(x, v) => {
                let (x, v) = (self.transpose(x), self.transpose(v));
                return self.add_banded(x, v);
            }
            Op::Inverse { factors, transposed } => {
                return self.add_node(Op::Inverse { factors, transposed: !transposed }, dims);
            }
            // Scalings of rows become scalings of columns; a column of its own is only read otherwise.
            Op::Kron(x, y) => {
                let (x, y) = (self.transpose(x), self.transpose(y));
                return self.kron(x, y);
            }
            Op::Binary(Binary::Mul, c, x)
                if self.is_scalar(c) || self.is_line(c) && !self.is_line(a) =>
            {
                let (c, x) = (self.transpose(c), self.transpose(x));
                return self.mul(c, x);
            }
            _ => {}
        }
        self.add_node(Op::Transpose(a), dims)
    }

    /// The same entries row by row; columns and rows are read as they are.
    pub(crate) fn reshape(&mut self, a: NodeId, dims: Dims) -> NodeId {
        if *self.dims(a) == dims {
            return a;
        }
        match self.op(a).clone() {
            Op::Fill(bits) => self.fill(f64::from_bits(bits), dims),
            Op::Reshape(x) => self.reshape(x, dims),
            Op::Transpose(x) if self.is_line(x) => self.reshape(x, dims),
            _ => self.add_node(Op::Reshape(a), dims),
        }
    }

    pub(crate) fn diagonal(&mut self, v: NodeId) -> NodeId {
        if self.is_scalar(v) {
            return v;
        }
        let v = if self.dims(v)[0] == 1 { self.transpose(v) } else { v };
        let n = self.len_of(v);
        if self.filled(v) == Some(0.0) {
            return self.fill(0.0, smallvec![n, n]);
        }
        self.add_node(Op::Diagonal(v), smallvec![n, n])
    }

    pub(crate) fn diagonal_of(&mut self, a: NodeId) -> NodeId {
        let n = self.dims(a)[0];
        if n == 1 {
            return a;
        }
        let dims: Dims = smallvec![n, 1];
        match self.op(a).clone() {
            Op::Fill(bits) => self.fill(f64::from_bits(bits), dims),
            Op::Diagonal(v) => v,
            Op::Banded(_) => self.piece(a, 0, 0, n).unwrap_or(a),
            Op::AddBanded(x, v) => {
                let (x, v) = (self.diagonal_of(x), self.diagonal_of(v));
                self.add(x, v)
            }
            Op::Transpose(x) => self.diagonal_of(x),
            // The diagonal of a product needs the products of rows with columns only.
            Op::MatMul(x, y) => {
                let y = self.transpose(y);
                let product = self.mul(x, y);
                self.reduce(Reduce::SumRows, product)
            }
            Op::Gram(x, w) => {
                let mut squares = self.unary(Unary::Square, x);
                if let Some(w) = w {
                    squares = self.mul(w, squares);
                }
                let sums = self.reduce(Reduce::SumCols, squares);
                self.transpose(sums)
            }
            Op::Binary(f, x, y) => {
                let (x, y) = (self.on_diagonal(x), self.on_diagonal(y));
                self.binary(f, x, y)
            }
            Op::Unary(f, x) => {
                let x = self.diagonal_of(x);
                self.unary(f, x)
            }
            _ => self.add_node(Op::DiagonalOf(a), dims),
        }
    }

    pub(crate) fn sum(&mut self, a: NodeId) -> NodeId {
        self.reduce(Reduce::Sum, a)
    }

    pub(crate) fn reduce(&mut self, f: Reduce, a: NodeId) -> NodeId {
        let (rows, cols) = self.size(a);
        let dims: Dims = match f {
            Reduce::SumRows => smallvec![rows, 1],
            Reduce::SumCols => smallvec![1, cols],
            _ => smallvec![1, 1],
        };
        let summed = matches!(f, Reduce::Sum | Reduce::SumRows | Reduce::SumCols);
        match f {
            _ if summed && *self.dims(a) == dims => return a,
            Reduce::SumRows if rows == 1 => return self.reduce(Reduce::Sum, a),
            Reduce::SumCols if cols == 1 => return self.reduce(Reduce::Sum, a),
            _ => {}
        }
        if summed {
            let counted = match f {
                Reduce::Sum => rows * cols,
                Reduce::SumRows => cols,
                _ => rows,
            };
            match self.op(a).clone() {
                Op::Fill(bits) => return self.fill(f64::from_bits(bits) * counted as f64, dims),
                Op::Diagonal(v) => {
                    return match f {
                        Reduce::Sum => self.sum(v),
                        Reduce::SumRows => v,
                        _ => self.transpose(v),
                    };
                }
                Op::Banded(_) => return self.sum_strips(f, a),
                Op::AddBanded(x, v) => {
                    let (x, v) = (self.reduce(f, x), self.reduce(f, v));
                    return self.add(x, v);
                }
                Op::Transpose(x) => {
                    return match f {
                        Reduce::Sum => self.sum(x),
                        Reduce::SumRows => {
                            let sums = self.reduce(Reduce::SumCols, x);
                            self.transpose(sums)
                        }
                        _ => {
                            let sums = self.reduce(Reduce::SumRows, x);
                            self.transpose(sums)
                        }
                    };
                }
                Op::Reshape(x) | Op::Reduce(Reduce::SumRows | Reduce::SumCols, x)
                    if f == Reduce::Sum =>
                {
                    return self.sum(x);
                }
                Op::Binary(Binary::Mul, c, x) if self.is_scalar(c) => {
                    let sum = self.reduce(f, x);
                    return self.mul(c, sum);
                }
                // An outer product: one factor is a column, the other a row.
                Op::Binary(Binary::Mul, x, y)
                    if self.is_line(x) && self.is_line(y) && self.size(x) != self.size(y) =>
                {
                    let (x, y) = (self.reduce(f, x), self.reduce(f, y));
                    return self.mul(x, y);
                }
                Op::MatMul(x, y) => {
                    let x = if f == Reduce::SumRows { x } else { self.reduce(Reduce::SumCols, x) };
                    let y = if f == Reduce::SumCols { y } else { self.reduce(Reduce::SumRows, y) };
                    return self.matmul(x, y);
                }
                _ => {}
            }
        }
        self.add_node(Op::Reduce(f, a), dims)
    }

    pub(crate) fn kron(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let ((m, n), (p, q)) = (self.size(a), self.size(b));
        if self.is_scalar(a) || self.is_scalar(b) || (n, p) == (1, 1) || (m, q) == (1, 1) {
            return self.mul(a, b);
        }
        match (self.op(a).clone(), self.op(b).clone()) {
            (Op::Diagonal(u), Op::Diagonal(v)) => {
                let entries = self.kron(u, v);
                return self.diagonal(entries);
            }
            (Op::Fill(x), Op::Fill(y)) => {
                return self.fill(f64::from_bits(x) * f64::from_bits(y), smallvec![m * p, n * q]);
            }
            _ => {}
        }
        self.add_node(Op::Kron(a, b), smallvec![m * p, n * q])
    }

    /// `exp(A - max(A))` and the largest entry.
    fn shifted(&mut self, a: NodeId) -> (NodeId, NodeId) {
        let largest = self.reduce(Reduce::Max, a);
        let shifted = self.entrywise(Binary::Sub, a, largest);
        (self.unary(Unary::Map(Map::Exp), shifted), largest)
    }

    pub(crate) fn log_sum_exp(&mut self, a: NodeId) -> NodeId {
        let (exponentials, largest) = self.shifted(a);
        let sum = self.add_node(Op::Reduce(Reduce::Sum, exponentials), smallvec![1, 1]);
        // Not through `unary`, which would find the logarithm of a sum of exponentials in it again.
        let log = self.add_node(Op::Unary(Unary::Map(Map::Log), sum), smallvec![1, 1]);
        self.add(log, largest)
    }

    pub(crate) fn softmax(&mut self, a: NodeId) -> NodeId {
        let (exponentials, _) = self.shifted(a);
        let sum = self.add_node(Op::Reduce(Reduce::Sum, exponentials), smallvec![1, 1]);
        let recip = self.unary(Unary::Recip, sum);
        self.entrywise(Binary::Mul, recip, exponentials)
    }
}
