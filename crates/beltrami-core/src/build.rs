//! Building expressions from kernels, with the trivial cases taken away.
//!
//! Engines build through these; what the user wrote is kept as written by [`Graph::apply`].

use crate::dim::Dim;
use crate::facts::Facts;
use crate::graph::{ExprId, Graph, Node};
use crate::kernel::Kernel;
use crate::number::Number;
use crate::op::Lower;
use crate::registry::OpId;
use crate::shape::{Shape, ShapeError};

type Built = Result<ExprId, ShapeError>;

impl Graph {
    /// Applies the operation with this kernel, after dropping ones, zeros, identities and scalar special cases.
    pub fn build(&mut self, kernel: Kernel, args: &[ExprId]) -> Built {
        match (kernel, args) {
            (Kernel::Add, [a, b]) => self.add(*a, *b),
            (Kernel::Sub, [a, b]) => self.sub(*a, *b),
            (Kernel::Neg, [a]) => self.neg(*a),
            (Kernel::Scale, [a, b]) => self.scale(*a, *b),
            (Kernel::MatMul, [a, b]) => self.mul(*a, *b),
            (Kernel::Transpose, [a]) => self.transpose(*a),
            (Kernel::Hadamard, [a, b]) => self.hadamard(*a, *b),
            (Kernel::Divide, [a, b]) => self.divide(*a, *b),
            (Kernel::EDivide, [a, b])
                if self.shape(*a).is_scalar() && self.shape(*b).is_scalar() =>
            {
                self.divide(*a, *b)
            }
            (Kernel::Power, [a, b]) => self.power(*a, *b),
            (Kernel::Above, [a, b]) if a == b => {
                let shape = self.shape(*a).clone();
                let ones = self.ones(&shape)?;
                let two = self.int(2);
                self.divide(ones, two)
            }
            (Kernel::MatPower, [a, k]) => self.mat_power(*a, *k),
            (Kernel::Eye, [n]) => {
                let n = self.arg(*n).size().cloned();
                match n {
                    Some(n) => self.eye(&n),
                    None => self.raw(kernel, args),
                }
            }
            (Kernel::Sum | Kernel::Trace | Kernel::Det | Kernel::Mean, [a])
                if self.shape(*a).is_scalar() =>
            {
                Ok(*a)
            }
            (Kernel::Inv, [a]) if self.shape(*a).is_scalar() => {
                let one = self.int(1);
                self.divide(one, *a)
            }
            (Kernel::DiagMatrix | Kernel::DiagVector | Kernel::Vec, [a])
                if self.shape(*a).is_scalar() =>
            {
                Ok(*a)
            }
            (Kernel::Vec, [a]) if self.shape(*a).is_vector() => Ok(*a),
            (Kernel::Ones | Kernel::Zeros, _) => {
                let sizes: Option<Vec<Dim>> =
                    args.iter().map(|arg| self.arg(*arg).size().cloned()).collect();
                match sizes {
                    Some(sizes) => self.filled(kernel, &Shape::of(&sizes)),
                    None => self.raw(kernel, args),
                }
            }
            (Kernel::Derivative(of), _) if args.len() > of.arguments() => {
                let (own, along) = args.split_at(of.arguments());
                self.derivative(of, own, along)
            }
            _ => self.product_or_raw(kernel, args),
        }
    }

    /// Applies an operation; the one its kernel stands for is built with [`Graph::build`].
    pub fn build_op(&mut self, op: OpId, args: &[ExprId]) -> Built {
        let kernel = self.op(op).kernel;
        if self.registry().with_kernel(kernel) == Some(op) {
            self.build(kernel, args)
        } else {
            self.apply(op, args)
        }
    }

    /// `A + B`.
    pub fn add(&mut self, a: ExprId, b: ExprId) -> Built {
        match (self.number_of(a), self.number_of(b)) {
            (Some(x), Some(y)) => return Ok(self.number(x.add(y))),
            (Some(x), None) if x.is_zero() && self.shape(b).is_scalar() => return Ok(b),
            _ => {}
        }
        if self.is_zero(a) {
            return Ok(b);
        }
        if self.is_zero(b) {
            return Ok(a);
        }
        if let Some([inner]) = self.args_of(b, Kernel::Neg) {
            let inner = *inner;
            return self.sub(a, inner);
        }
        self.raw(Kernel::Add, &[a, b])
    }

    /// `A - B`.
    pub fn sub(&mut self, a: ExprId, b: ExprId) -> Built {
        if let (Some(x), Some(y)) = (self.number_of(a), self.number_of(b)) {
            return Ok(self.number(x.add(y.neg())));
        }
        if self.is_zero(b) {
            return Ok(a);
        }
        if self.is_zero(a) {
            return self.neg(b);
        }
        if a == b {
            let shape = self.shape(a).clone();
            return self.zeros(&shape);
        }
        if let Some([inner]) = self.args_of(b, Kernel::Neg) {
            let inner = *inner;
            return self.add(a, inner);
        }
        self.raw(Kernel::Sub, &[a, b])
    }

    /// `-A`.
    pub fn neg(&mut self, a: ExprId) -> Built {
        if let Some(x) = self.number_of(a) {
            return Ok(self.number(x.neg()));
        }
        if self.is_zero(a) {
            return Ok(a);
        }
        match self.application(a) {
            Some((Kernel::Neg, [inner])) => Ok(*inner),
            Some((Kernel::Scale, [s, inner])) if self.number_of(*s).is_some() => {
                let (s, inner) = (*s, *inner);
                let minus = self.neg(s)?;
                self.scale(minus, inner)
            }
            _ => self.raw(Kernel::Neg, &[a]),
        }
    }

    /// `s*A` for a scalar `s`.
    pub fn scale(&mut self, s: ExprId, a: ExprId) -> Built {
        if let (Some(x), Some(y)) = (self.number_of(s), self.number_of(a)) {
            return Ok(self.number(x.mul(y)));
        }
        if self.number_of(a).is_some() {
            return self.scale(a, s);
        }
        if self.is_zero(a) {
            return Ok(a);
        }
        if let Some(x) = self.number_of(s) {
            if x.is_one() {
                return Ok(a);
            }
            if x.is_zero() {
                let shape = self.shape(a).clone();
                return self.zeros(&shape);
            }
            if x == Number::MINUS_ONE {
                return self.neg(a);
            }
            match self.application(a) {
                Some((Kernel::Scale, [t, inner])) if self.number_of(*t).is_some() => {
                    let (t, inner) = (*t, *inner);
                    let product = self.scale(s, t)?;
                    return self.scale(product, inner);
                }
                Some((Kernel::Neg, [inner])) => {
                    let inner = *inner;
                    let minus = self.neg(s)?;
                    return self.scale(minus, inner);
                }
                _ => {}
            }
        }
        self.raw(Kernel::Scale, &[s, a])
    }

    /// `A*B`, a scaling when one of them is a scalar.
    pub fn mul(&mut self, a: ExprId, b: ExprId) -> Built {
        if self.shape(a).is_scalar() {
            return self.scale(a, b);
        }
        if self.shape(b).is_scalar() {
            return self.scale(b, a);
        }
        if self.is_eye(a) {
            return Ok(b);
        }
        if self.is_eye(b) {
            return Ok(a);
        }
        if self.is_zero(a) || self.is_zero(b) {
            let shape = Shape::matrix(self.shape(a).rows.clone(), self.shape(b).cols.clone());
            return self.zeros(&shape);
        }
        self.raw(Kernel::MatMul, &[a, b])
    }

    /// `A'`; of a scalar or a symmetric matrix, itself.
    pub fn transpose(&mut self, a: ExprId) -> Built {
        if self.shape(a).is_scalar() || self.facts(a).has(Facts::SYMMETRIC) {
            return Ok(a);
        }
        if self.facts(a).has(Facts::SKEW) {
            return self.neg(a);
        }
        match self.application(a) {
            Some((Kernel::Transpose, [inner])) => Ok(*inner),
            Some((Kernel::Neg, [inner])) => {
                let inner = *inner;
                let inner = self.transpose(inner)?;
                self.neg(inner)
            }
            Some((Kernel::Scale, [s, inner])) => {
                let (s, inner) = (*s, *inner);
                let inner = self.transpose(inner)?;
                self.scale(s, inner)
            }
            Some((Kernel::Derivative(of), args)) if self.turns_directions(of, args) => {
                let (own, along) = args.split_at(of.arguments());
                let (own, mut along) = (own.to_vec(), along.to_vec());
                for direction in &mut along {
                    *direction = self.transpose(*direction)?;
                }
                self.derivative(of, &own, &along)
            }
            Some((Kernel::Ones | Kernel::Zeros, _)) => {
                let shape = self.shape(a).transposed();
                let kernel = if self.is_zero(a) { Kernel::Zeros } else { Kernel::Ones };
                self.filled(kernel, &shape)
            }
            _ => self.raw(Kernel::Transpose, &[a]),
        }
    }

    /// `A.*B`, a scaling when both are scalars.
    pub fn hadamard(&mut self, a: ExprId, b: ExprId) -> Built {
        if self.shape(a).is_scalar() && self.shape(b).is_scalar() {
            return self.scale(a, b);
        }
        if self.is_ones(a) || self.is_zero(b) {
            return Ok(b);
        }
        if self.is_ones(b) || self.is_zero(a) {
            return Ok(a);
        }
        self.raw(Kernel::Hadamard, &[a, b])
    }

    /// `A/s` for a scalar `s`.
    pub fn divide(&mut self, a: ExprId, s: ExprId) -> Built {
        if let Some(x) = self.number_of(s).and_then(Number::recip) {
            let x = self.number(x);
            return self.scale(x, a);
        }
        if self.is_zero(a) {
            return Ok(a);
        }
        self.raw(Kernel::Divide, &[a, s])
    }

    /// `A.^b` entry by entry for a scalar `b`.
    pub fn power(&mut self, a: ExprId, b: ExprId) -> Built {
        if let Some(exponent) = self.number_of(b) {
            if exponent.is_one() {
                return Ok(a);
            }
            if exponent.is_zero() {
                let shape = self.shape(a).clone();
                return self.filled(Kernel::Ones, &shape);
            }
            if let (Some(base), Some(k)) = (self.number_of(a), exponent.as_int())
                && let Some(value) = base.powi(k)
            {
                return Ok(self.number(value));
            }
        }
        self.raw(Kernel::Power, &[a, b])
    }

    /// `A^k` for a square matrix and an integer.
    pub fn mat_power(&mut self, a: ExprId, k: ExprId) -> Built {
        if self.shape(a).is_scalar() {
            return self.power(a, k);
        }
        match self.number_of(k).and_then(Number::as_int) {
            Some(1) => Ok(a),
            Some(0) => {
                let n = self.shape(a).rows.clone();
                self.eye(&n)
            }
            Some(-1) => self.build(Kernel::Inv, &[a]),
            _ => self.raw(Kernel::MatPower, &[a, k]),
        }
    }

    /// The identity of a size; 1 for size 1.
    pub fn eye(&mut self, n: &Dim) -> Built {
        if n.is_one() {
            return Ok(self.int(1));
        }
        let n = self.size(n);
        self.raw(Kernel::Eye, &[n])
    }

    /// All ones of a shape; 1 for a scalar.
    pub fn ones(&mut self, shape: &Shape) -> Built {
        self.filled(Kernel::Ones, shape)
    }

    /// All zeros of a shape; 0 for a scalar.
    pub fn zeros(&mut self, shape: &Shape) -> Built {
        self.filled(Kernel::Zeros, shape)
    }

    /// The sum of several, left to right; zeros of `shape` when there are none.
    pub fn sum_of(&mut self, terms: &[ExprId], shape: &Shape) -> Built {
        let Some((first, rest)) = terms.split_first() else { return self.zeros(shape) };
        rest.iter().try_fold(*first, |sum, term| self.add(sum, *term))
    }

    /// The product of several, left to right; `None` when there are none.
    pub fn product_of(&mut self, factors: &[ExprId]) -> Result<Option<ExprId>, ShapeError> {
        let Some((first, rest)) = factors.split_first() else { return Ok(None) };
        rest.iter().try_fold(*first, |product, factor| self.mul(product, *factor)).map(Some)
    }

    /// Whether the expression is an identity matrix.
    pub fn is_eye(&self, id: ExprId) -> bool {
        self.args_of(id, Kernel::Eye).is_some()
    }

    /// Whether every entry is the constant 1.
    pub fn is_ones(&self, id: ExprId) -> bool {
        self.args_of(id, Kernel::Ones).is_some() || self.number_of(id).is_some_and(Number::is_one)
    }

    /// Whether every entry is the constant 0.
    pub fn is_zero(&self, id: ExprId) -> bool {
        self.args_of(id, Kernel::Zeros).is_some() || self.number_of(id).is_some_and(Number::is_zero)
    }

    /// Applies the operation of a kernel without simplifying.
    pub fn raw(&mut self, kernel: Kernel, args: &[ExprId]) -> Built {
        match self.registry().with_kernel(kernel) {
            Some(op) => self.apply(op, args),
            None => Err(ShapeError::Arity("an operation of this registry")),
        }
    }

    /// Copies an expression of another graph over the same registry; names keep their declarations.
    pub fn import(&mut self, other: &Graph, root: ExprId) -> Built {
        let mut copies: Vec<Option<ExprId>> = vec![None; root.index() + 1];
        for id in other.reachable(root) {
            let copy = match other.node(id) {
                Node::Number(x) => self.number(*x),
                Node::Size(dim) => self.size(dim),
                Node::Text(text) => self.text(text),
                Node::Symbol(name) => self.symbol(name, other.shape(id).clone(), other.facts(id)),
                Node::Apply(op, args) => {
                    let args: Vec<ExprId> =
                        args.iter().filter_map(|arg| copies[arg.index()]).collect();
                    self.apply(*op, &args)?
                }
            };
            copies[id.index()] = Some(copy);
        }
        Ok(copies[root.index()].unwrap_or(root))
    }

    /// The expression with other leaves in place of some, nothing simplified.
    pub fn replace(&mut self, root: ExprId, leaves: &[(ExprId, ExprId)]) -> Built {
        let mut copies: Vec<ExprId> = (0..=root.index()).map(|place| self.nth(place)).collect();
        for id in self.reachable(root) {
            if let Some((_, by)) = leaves.iter().find(|(leaf, _)| *leaf == id) {
                copies[id.index()] = *by;
            } else if let Node::Apply(op, args) = self.node(id) {
                let op = *op;
                let args: Vec<ExprId> = args.iter().map(|arg| copies[arg.index()]).collect();
                copies[id.index()] = self.apply(op, &args)?;
            }
        }
        Ok(copies[root.index()])
    }

    /// Products with a zero factor are zero.
    fn product_or_raw(&mut self, kernel: Kernel, args: &[ExprId]) -> Built {
        let lower = self.registry().with_kernel(kernel).map(|op| self.op(op).lower);
        let multiplied = match lower {
            Some(Lower::Product(_)) => args,
            Some(Lower::Quotient(_)) => &args[..1],
            _ => &[],
        };
        let vanishes =
            multiplied.iter().any(|arg| self.is_zero(*arg) && !self.shape(*arg).is_scalar());
        let built = self.raw(kernel, args)?;
        if vanishes {
            let shape = self.shape(built).clone();
            return self.zeros(&shape);
        }
        Ok(built)
    }

    fn filled(&mut self, kernel: Kernel, shape: &Shape) -> Built {
        if !shape.is_matrix() {
            return self.filled_tensor(kernel, shape);
        }
        if shape.is_scalar() {
            return Ok(self.int(i64::from(kernel == Kernel::Ones)));
        }
        let rows = self.size(&shape.rows);
        if shape.cols.is_one() {
            return self.raw(kernel, &[rows]);
        }
        let cols = self.size(&shape.cols);
        self.raw(kernel, &[rows, cols])
    }

    /// A constant with three or more axes: an einsum of ones, times zero for zeros.
    fn filled_tensor(&mut self, kernel: Kernel, shape: &Shape) -> Built {
        let letters: Vec<char> = ('i'..='z').chain('a'..='h').take(shape.axes().len()).collect();
        let inputs: Vec<String> = letters.iter().map(char::to_string).collect();
        let text = format!("{}->{}", inputs.join(","), inputs.concat());
        let mut args = vec![self.text(&text)];
        for axis in shape.axes() {
            let size = self.size(&axis);
            args.push(self.raw(Kernel::Ones, &[size])?);
        }
        let ones = self.raw(Kernel::Einsum, &args)?;
        if kernel == Kernel::Ones {
            return Ok(ones);
        }
        let zero = self.int(0);
        self.raw(Kernel::Scale, &[zero, ones])
    }
}
