//! Expressions to Python: vectors and rows are arrays of one axis, scalars of none.

use beltrami_core::{ExprId, Graph, Kernel, Node, Number, Op, Shape};

use super::code::{CodeId, Codes, Level};
use super::einsum;
use super::entrywise;
use super::size::{self, SizeNames, rank};
use crate::module::Unsupported;

/// The Python expressions of a graph.
pub(super) struct Lowering<'a> {
    pub graph: &'a Graph,
    pub codes: Codes,
    pub sizes: &'a SizeNames,
    symbols: &'a dyn Fn(ExprId) -> Option<String>,
    values: Vec<Option<CodeId>>,
    uses: Vec<usize>,
}

impl<'a> Lowering<'a> {
    /// Nothing lowered yet; `symbols` gives the Python name of an input.
    pub fn new(
        graph: &'a Graph,
        sizes: &'a SizeNames,
        symbols: &'a dyn Fn(ExprId) -> Option<String>,
    ) -> Lowering<'a> {
        Lowering {
            graph,
            codes: Codes::default(),
            sizes,
            symbols,
            values: vec![None; graph.len()],
            uses: vec![0; graph.len()],
        }
    }

    /// The code of an expression.
    pub fn root(&mut self, root: ExprId) -> Result<CodeId, Unsupported> {
        let order = self.graph.reachable(root);
        self.uses.fill(0);
        for arg in order.iter().flat_map(|id| self.graph.args(*id)) {
            self.uses[arg.index()] += 1;
        }
        self.values.fill(None);
        for id in order {
            let code = match self.graph.node(id) {
                Node::Number(number) => self.number(*number),
                Node::Size(dim) => {
                    let level = match dim.terms() {
                        _ if dim.as_symbol().is_some() => Level::Atom,
                        [(_, n)] if *n > 0 => Level::Product,
                        _ => Level::Sum,
                    };
                    self.codes.leaf(size::size(dim, self.sizes), level)
                }
                Node::Text(text) => self.codes.leaf(format!("{text:?}"), Level::Atom),
                Node::Symbol(name) => match (self.symbols)(id) {
                    Some(symbol) => self.codes.leaf(symbol, Level::Atom),
                    None => {
                        return Err(Unsupported::new(format!(
                            "`{name}`, which is not among the inputs"
                        )));
                    }
                },
                Node::Apply(op, args) => self.applied(id, self.graph.op(*op), args)?,
            };
            self.values[id.index()] = Some(code);
        }
        self.value(root)
    }

    /// The code of an expression that was lowered before.
    pub fn value(&self, id: ExprId) -> Result<CodeId, Unsupported> {
        self.values[id.index()]
            .ok_or_else(|| Unsupported::new("an expression whose parts have no order"))
    }

    /// Whether more than one expression has this one as an argument.
    pub fn is_shared(&self, id: ExprId) -> bool {
        self.uses[id.index()] > 1
    }

    /// A number.
    pub fn number(&mut self, number: Number) -> CodeId {
        let (sign, absolute) =
            if number.is_negative() { ("-", number.neg()) } else { ("", number) };
        let text = absolute.to_string();
        if let Some((p, q)) = text.split_once('/') {
            let (p, q) = (self.codes.leaf(p, Level::Atom), self.codes.leaf(q, Level::Atom));
            let ratio = self.codes.infix("/", p, q);
            return if sign.is_empty() { ratio } else { self.codes.negative(ratio) };
        }
        // Beyond 2^53 Python's integers would be exact where arrays are not.
        let text =
            if absolute > Number::int(1 << 53) { format!("{:e}", absolute.to_f64()) } else { text };
        self.codes
            .leaf(format!("{sign}{text}"), if sign.is_empty() { Level::Atom } else { Level::Sign })
    }

    /// The transpose of an array that stands for a value of this shape.
    pub fn transposed(&mut self, code: CodeId, shape: &Shape) -> CodeId {
        if rank(shape) == 2 { self.codes.transposed(code) } else { code }
    }

    /// The value as an array of two axes.
    pub fn as_matrix(&mut self, code: CodeId, shape: &Shape) -> CodeId {
        match rank(shape) {
            0 => self.codes.call("np.reshape(#1, (1, 1))", &[code]),
            1 if shape.is_vector() => self.codes.call("#1[:, None]", &[code]),
            1 => self.codes.call("#1[None, :]", &[code]),
            _ => code,
        }
    }

    /// A size as a Python expression.
    pub fn size(&self, dim: &beltrami_core::Dim) -> String {
        size::size(dim, self.sizes)
    }

    /// An array of two axes as the value of this shape.
    fn narrowed(&mut self, code: CodeId, shape: &Shape) -> CodeId {
        match rank(shape) {
            0 => self.codes.call("#1[0, 0]", &[code]),
            1 => self.codes.call("#1.ravel()", &[code]),
            _ => code,
        }
    }

    fn applied(&mut self, id: ExprId, op: &Op, args: &[ExprId]) -> Result<CodeId, Unsupported> {
        let graph = self.graph;
        let values = args.iter().map(|arg| self.value(*arg)).collect::<Result<Vec<_>, _>>()?;
        let result = graph.shape(id);
        match (op.kernel, args, values.as_slice()) {
            (Kernel::Add | Kernel::Sub, [_, right], [a, b]) => {
                let subtract = op.kernel == Kernel::Sub;
                let (flipped, b) = self.without_sign(*right, *b)?;
                Ok(self.codes.infix(if subtract == flipped { "+" } else { "-" }, *a, b))
            }
            (Kernel::Neg, _, [a]) => Ok(self.codes.negative(*a)),
            (Kernel::MatMul, ..) => self.product(id),
            (Kernel::Transpose, [a], [code]) => match self.solver(id)? {
                Some(solver) => Ok(self.inverse(&solver, &result.rows)),
                None => Ok(self.transposed(*code, graph.shape(*a))),
            },
            (Kernel::Inv | Kernel::MatPower, ..) if rank(result) == 2 => match self.solver(id)? {
                Some(solver) => Ok(self.inverse(&solver, &result.rows)),
                None => {
                    let power =
                        args.get(1).and_then(|k| graph.number_of(*k)).and_then(Number::as_int);
                    let power = power.ok_or_else(|| {
                        Unsupported::new("a matrix power with an exponent that is no integer")
                    })?;
                    Ok(self
                        .codes
                        .call(format!("np.linalg.matrix_power(#1, {power})"), &values[..1]))
                }
            },
            (Kernel::Trace, [a], [code]) => self.trace(*a, *code),
            (Kernel::Einsum, [text, rest @ ..], [_, codes @ ..]) => {
                let Node::Text(text) = graph.node(*text) else {
                    return Err(Unsupported::new("an einsum without a text"));
                };
                let operands: Vec<(CodeId, &Shape)> =
                    codes.iter().copied().zip(rest.iter().map(|arg| graph.shape(*arg))).collect();
                einsum::einsum(&mut self.codes, self.sizes, text, &operands, result)
            }
            (Kernel::HCat | Kernel::VCat, ..) => Ok(self.block(op.kernel, args, &values, result)),
            (Kernel::Entry, [base, indices @ ..], [code, ..]) => self.entry(*base, indices, *code),
            _ => self.plain(op, args, &values, result),
        }
    }

    /// The code without its leading minus sign, and whether it had one.
    fn without_sign(&mut self, id: ExprId, code: CodeId) -> Result<(bool, CodeId), Unsupported> {
        match self.graph.application(id) {
            Some((Kernel::Neg, [inner])) if !self.is_shared(id) => Ok((true, self.value(*inner)?)),
            Some((Kernel::Scale, [s, inner])) if !self.is_shared(id) => {
                match self.graph.number_of(*s) {
                    Some(number) if number.is_negative() => {
                        let number = self.number(number.neg());
                        let inner = self.value(*inner)?;
                        Ok((true, self.codes.infix("*", number, inner)))
                    }
                    _ => Ok((false, code)),
                }
            }
            _ => match self.graph.number_of(id) {
                Some(number) if number.is_negative() => Ok((true, self.number(number.neg()))),
                _ => Ok((false, code)),
            },
        }
    }

    /// `tr(A*B)` as a sum over entries, any other trace as it is.
    fn trace(&mut self, a: ExprId, code: CodeId) -> Result<CodeId, Unsupported> {
        if rank(self.graph.shape(a)) < 2 {
            return Ok(code);
        }
        match self.halves(a)? {
            Some((left, right)) => {
                let right = self.codes.transposed(right);
                Ok(self.codes.call("np.sum(#1 * #2)", &[left, right]))
            }
            None => Ok(self.codes.call("np.trace(#1)", &[code])),
        }
    }

    fn block(
        &mut self,
        kernel: Kernel,
        args: &[ExprId],
        values: &[CodeId],
        result: &Shape,
    ) -> CodeId {
        let shapes: Vec<&Shape> = args.iter().map(|arg| self.graph.shape(*arg)).collect();
        let stacked = kernel == Kernel::VCat;
        let holes: Vec<String> = (1..=values.len()).map(|place| format!("#{place}")).collect();
        let holes = holes.join(", ");
        if rank(result) < 2 {
            let holes: Vec<String> = (1..=values.len())
                .map(|k| {
                    if rank(shapes[k - 1]) == 0 {
                        format!("np.atleast_1d(#{k})")
                    } else {
                        format!("#{k}")
                    }
                })
                .collect();
            return self.codes.call(format!("np.concatenate(({}))", holes.join(", ")), values);
        }
        let values: Vec<CodeId> = values
            .iter()
            .zip(&shapes)
            .map(|(value, shape)| self.as_matrix(*value, shape))
            .collect();
        self.codes
            .call(format!("np.{}(({holes}))", if stacked { "vstack" } else { "hstack" }), &values)
    }

    fn entry(
        &mut self,
        base: ExprId,
        indices: &[ExprId],
        code: CodeId,
    ) -> Result<CodeId, Unsupported> {
        let shape = self.graph.shape(base);
        let mut places = Vec::new();
        for index in indices {
            let dim = self.graph.arg(*index).size().cloned();
            let dim = dim
                .ok_or_else(|| Unsupported::new("an index that is neither a number nor a size"))?;
            places.push(self.size(&dim.minus(&beltrami_core::Dim::one())));
        }
        // A vector has one axis here, whichever way its entries are counted.
        let kept: Vec<&String> = match (rank(shape), places.as_slice()) {
            (0, _) => Vec::new(),
            (1, [_, column]) if shape.is_row() => vec![column],
            (1, [row, ..]) => vec![row],
            _ => places.iter().collect(),
        };
        if kept.is_empty() {
            return Ok(code);
        }
        let kept: Vec<&str> = kept.into_iter().map(String::as_str).collect();
        Ok(self.codes.call(format!("#1[{}]", kept.join(", ")), &[code]))
    }

    /// Kernels whose code depends on the shapes of their arguments only.
    fn plain(
        &mut self,
        op: &Op,
        args: &[ExprId],
        values: &[CodeId],
        result: &Shape,
    ) -> Result<CodeId, Unsupported> {
        let shapes: Vec<&Shape> = args.iter().map(|arg| self.graph.shape(*arg)).collect();
        let form = entrywise::plain(op, &shapes, result, &|place| {
            let dim = self.graph.arg(*args.get(place)?).size().cloned()?;
            Some(self.size(&dim))
        });
        match (form, op.kernel, values, shapes.as_slice()) {
            (Some(entrywise::Form::Infix(sign)), _, [a, b], _) => {
                Ok(self.codes.infix(sign, *a, *b))
            }
            (Some(entrywise::Form::Reciprocal), _, [a, ..], _) => {
                let one = self.number(Number::ONE);
                Ok(self.codes.infix("/", one, *a))
            }
            (Some(entrywise::Form::Argument), _, [a, ..], _) => Ok(*a),
            (Some(entrywise::Form::Call(template)), ..) => Ok(self.codes.call(template, values)),
            (Some(entrywise::Form::OfMatrices(template)), ..) => {
                let matrices: Vec<CodeId> = values
                    .iter()
                    .zip(&shapes)
                    .map(|(value, shape)| self.as_matrix(*value, shape))
                    .collect();
                let code = self.codes.call(template, &matrices);
                Ok(self.narrowed(code, result))
            }
            (None, Kernel::Power, [a, b], _) => Ok(self.power(args[1], *a, *b)),
            _ => Err(Unsupported::new(format!("`{}`", op.name))),
        }
    }

    fn power(&mut self, exponent: ExprId, a: CodeId, b: CodeId) -> CodeId {
        match self.graph.number_of(exponent) {
            Some(number) if number == Number::HALF => self.codes.call("np.sqrt(#1)", &[a]),
            Some(number) if number == Number::MINUS_ONE => {
                let one = self.number(Number::ONE);
                self.codes.infix("/", one, a)
            }
            _ => self.codes.infix("**", a, b),
        }
    }
}
