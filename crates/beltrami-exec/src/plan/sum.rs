//! Sums of terms that share a factor or a rearrangement, which is then done once.

use beltrami_core::Kernel;

use crate::plan::node::{Binary, NodeId, Op, Program};

impl Program {
    /// `A*C + B*C = (A + B)*C` and its like, numbers as factors allowed for; `None` when nothing is shared.
    pub(crate) fn shared_sum(&mut self, a: NodeId, b: NodeId) -> Option<NodeId> {
        let dims = self.dims(a).clone();
        if dims != *self.dims(b) {
            return None;
        }
        // Products with a line are taken apart where that is better, and stay so.
        let line = self.is_line(a);
        let ((s, x), (t, y)) = (self.without_number(a), self.without_number(b));
        let joined =
            self.one_derivative((s, x), (t, y)).or_else(|| self.one_derivative((t, y), (s, x)));
        if joined.is_some() {
            return joined;
        }
        let both = match (self.op(x).clone(), self.op(y).clone()) {
            (Op::MatMul(x, c), Op::MatMul(y, d)) if c == d && !line => {
                let sum = self.weighted_sum((s, x), (t, y));
                return Some(self.add_node(Op::MatMul(sum, c), dims));
            }
            (Op::MatMul(c, x), Op::MatMul(d, y)) if c == d && !line => {
                let sum = self.weighted_sum((s, x), (t, y));
                return Some(self.add_node(Op::MatMul(c, sum), dims));
            }
            (Op::Gram(x, Some(v)), Op::Gram(y, Some(w))) if x == y => {
                let sum = self.weighted_sum((s, v), (t, w));
                return Some(self.add_node(Op::Gram(x, Some(sum)), dims));
            }
            (Op::Arrange(x, layout), Op::Arrange(y, other)) if layout == other => {
                Some((x, y, Op::Arrange(x, layout)))
            }
            (Op::Unpack(x, triangle), Op::Unpack(y, other)) if triangle == other => {
                Some((x, y, Op::Unpack(x, triangle)))
            }
            (Op::Reshape(x), Op::Reshape(y)) if self.is_rearranged(x) && self.is_rearranged(y) => {
                Some((x, y, Op::Reshape(x)))
            }
            _ => None,
        };
        let (x, y, mut op) = both?;
        if self.dims(x) != self.dims(y) {
            return None;
        }
        // Rearranged is what the sum is shared of, or the sum is not worth another pass.
        let sum = match op {
            Op::Arrange(..) if self.len_of(x) < self.len_of(a) => self.weighted_sum((s, x), (t, y)),
            _ => {
                let (x, y) = (self.weighted(s, x), self.weighted(t, y));
                self.shared_sum(x, y)?
            }
        };
        match &mut op {
            Op::Arrange(x, _) | Op::Unpack(x, _) | Op::Reshape(x) => *x = sum,
            _ => return None,
        }
        Some(self.add_node(op, dims))
    }

    /// A sum `s*X + t*Y`, where `Y` is a derivative of a function of matrices and `X` has a term that is one at the same
    /// matrix along the same directions but one, as a sum with one derivative less: each takes several products.
    fn one_derivative(
        &mut self,
        (s, x): (Option<NodeId>, NodeId),
        (t, y): (Option<NodeId>, NodeId),
    ) -> Option<NodeId> {
        let (kernel, args) = self.derivative(y)?;
        if let Op::Binary(f @ (Binary::Add | Binary::Sub), u, v) = *self.op(x) {
            if self.dims(u) != self.dims(y) || self.dims(v) != self.dims(y) {
                return None;
            }
            if let Some(sum) = self.one_derivative((s, u), (t, y)) {
                let v = self.weighted(s, v);
                return Some(self.binary(f, sum, v));
            }
            if f == Binary::Sub {
                return None;
            }
            let sum = self.one_derivative((s, v), (t, y))?;
            let u = self.weighted(s, u);
            return Some(self.add(sum, u));
        }
        let (other, mut own) = self.derivative(x)?;
        if kernel != other || args.len() != own.len() {
            return None;
        }
        let Kernel::Derivative(of) = kernel else { return None };
        // Directions in any order are the same.
        let mut directions = own.split_off(of.arguments());
        if own[..] != args[..own.len()] {
            return None;
        }
        let mut rest: Vec<NodeId> = args[own.len()..].to_vec();
        rest.retain(|e| match directions.iter().position(|d| d == e) {
            Some(place) => {
                own.push(directions.remove(place));
                false
            }
            None => true,
        });
        let ([one], [other]) = (&directions[..], &rest[..]) else { return None };
        let sum = self.weighted_sum((s, *one), (t, *other));
        own.push(sum);
        let dims = self.dims(y).clone();
        let op = Op::Apply { kernel, spec: None, args: own.into_iter().collect() };
        Some(self.add_node(op, dims))
    }

    /// The arguments of a derivative of a function of matrices along directions of the matrix' shape.
    fn derivative(&self, a: NodeId) -> Option<(Kernel, Vec<NodeId>)> {
        let Op::Apply { kernel: kernel @ Kernel::Derivative(of), args, .. } = self.op(a) else {
            return None;
        };
        let along = args.get(of.arguments()..).filter(|along| !along.is_empty())?;
        let fits = |e: &NodeId| self.dims(*e) == self.dims(args[0]);
        along.iter().all(fits).then(|| (*kernel, args.to_vec()))
    }

    fn is_rearranged(&self, a: NodeId) -> bool {
        matches!(self.op(a), Op::Arrange(..) | Op::Unpack(..) | Op::MatMul(..))
    }

    /// A node as a number times another.
    fn without_number(&self, a: NodeId) -> (Option<NodeId>, NodeId) {
        match self.op(a) {
            Op::Binary(Binary::Mul, c, x)
                if self.is_scalar(*c) && self.dims(*x) == self.dims(a) =>
            {
                (Some(*c), *x)
            }
            _ => (None, a),
        }
    }

    fn weighted(&mut self, s: Option<NodeId>, x: NodeId) -> NodeId {
        s.map_or(x, |s| self.mul(s, x))
    }

    fn weighted_sum(
        &mut self,
        (s, x): (Option<NodeId>, NodeId),
        (t, y): (Option<NodeId>, NodeId),
    ) -> NodeId {
        // Two transposes are one, so that what lies in memory is added in its order.
        if let (Op::Transpose(x), Op::Transpose(y)) = (self.op(x).clone(), self.op(y).clone()) {
            let sum = self.weighted_sum((s, x), (t, y));
            return self.transpose(sum);
        }
        let (x, y) = (self.weighted(s, x), self.weighted(t, y));
        self.add(x, y)
    }
}
