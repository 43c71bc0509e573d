//! Expressions to array operations: vectors and rows are arrays of one axis, scalars of none.

use beltrami_core::{Dim, ExprId, Facts, Graph, Kernel, Map, Node, Number, Op, Shape, Spectral};

use super::einsum;
use super::factorisation;
use super::formula::Formulas;
use super::kernel::{self, Form};
use super::operation::{ArrayId, Operation, Program, Sign};
use super::shape::{self, rank};
use crate::module::Unsupported;

/// The arrays of a graph.
pub(crate) struct Lowering<'a> {
    pub graph: &'a Graph,
    pub program: Program,
    symbols: &'a dyn Fn(ExprId) -> Option<String>,
    values: Vec<Option<ArrayId>>,
    uses: Vec<usize>,
}

impl<'a> Lowering<'a> {
    /// Nothing lowered yet; `symbols` gives the identifier of an input.
    pub fn new(graph: &'a Graph, symbols: &'a dyn Fn(ExprId) -> Option<String>) -> Lowering<'a> {
        Lowering {
            graph,
            program: Program::default(),
            symbols,
            values: vec![None; graph.len()],
            uses: vec![0; graph.len()],
        }
    }

    /// The array of an expression.
    pub fn root(&mut self, root: ExprId) -> Result<ArrayId, Unsupported> {
        let order = self.graph.reachable(root);
        self.uses.fill(0);
        for arg in order.iter().flat_map(|id| self.graph.args(*id)) {
            self.uses[arg.index()] += 1;
        }
        self.values.fill(None);
        for id in order {
            let code = match self.graph.node(id) {
                Node::Number(number) => self.program.number(*number),
                Node::Size(dim) => {
                    self.program.with_axes(Operation::Size(dim.clone()), &[], Vec::new())
                }
                // Only an einsum has a text for an argument, and reads it itself.
                Node::Text(_) => self.program.number(Number::ZERO),
                Node::Symbol(name) => match (self.symbols)(id) {
                    Some(symbol) => {
                        let axes = shape::axes(self.graph.shape(id));
                        self.program.with_axes(Operation::Input(symbol), &[], axes)
                    }
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
        let root = self.value(root)?;
        let (program, root) = factorisation::shared(std::mem::take(&mut self.program), root);
        self.program = program;
        Ok(root)
    }

    /// The array of an expression that was lowered before.
    pub fn value(&self, id: ExprId) -> Result<ArrayId, Unsupported> {
        self.values[id.index()]
            .ok_or_else(|| Unsupported::new("an expression whose parts have no order"))
    }

    /// Whether more than one expression has this one as an argument.
    pub fn is_shared(&self, id: ExprId) -> bool {
        self.uses[id.index()] > 1
    }

    /// The transpose of an array that stands for a value of this shape.
    pub fn transposed(&mut self, code: ArrayId, shape: &Shape) -> ArrayId {
        if rank(shape) == 2 { self.program.apply(Operation::Transpose, &[code]) } else { code }
    }

    /// The value as an array of two axes.
    pub fn as_matrix(&mut self, code: ArrayId, shape: &Shape) -> ArrayId {
        match rank(shape) {
            0 => {
                let ones = vec![Dim::one(), Dim::one()];
                self.program.apply(Operation::Reshape(ones), &[code])
            }
            1 if shape.is_vector() => self.program.apply(Operation::Column, &[code]),
            1 => self.program.apply(Operation::Row, &[code]),
            _ => code,
        }
    }

    /// An array of two axes as the value of this shape.
    fn narrowed(&mut self, code: ArrayId, shape: &Shape) -> ArrayId {
        match rank(shape) {
            0 => self.corner(code),
            1 => self.program.apply(Operation::Ravel, &[code]),
            _ => code,
        }
    }

    fn applied(&mut self, id: ExprId, op: &Op, args: &[ExprId]) -> Result<ArrayId, Unsupported> {
        let graph = self.graph;
        let values = args.iter().map(|arg| self.value(*arg)).collect::<Result<Vec<_>, _>>()?;
        let result = graph.shape(id);
        match (op.kernel, args, values.as_slice()) {
            (Kernel::Add | Kernel::Sub, [_, right], [a, b]) => {
                let subtract = op.kernel == Kernel::Sub;
                let (flipped, b) = self.without_sign(*right, *b)?;
                Ok(self.program.infix(
                    if subtract == flipped { Sign::Plus } else { Sign::Minus },
                    *a,
                    b,
                ))
            }
            (Kernel::Neg, _, [a]) => Ok(self.program.apply(Operation::Negative, &[*a])),
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
                    Ok(self.program.apply(Operation::MatrixPower(power), &values[..1]))
                }
            },
            (Kernel::LogDet, [a], [code])
                if rank(graph.shape(*a)) == 2 && graph.facts(*a).has(Facts::SPD) =>
            {
                let factor = self.program.apply(Operation::Cholesky, &[*code]);
                Ok(self.program.apply(Operation::LogDetCholesky, &[factor]))
            }
            (Kernel::Trace, [a], [code]) => self.trace(*a, *code),
            (Kernel::Einsum, [text, rest @ ..], [_, codes @ ..]) => {
                let Node::Text(text) = graph.node(*text) else {
                    return Err(Unsupported::new("an einsum without a text"));
                };
                let operands: Vec<(ArrayId, &Shape)> =
                    codes.iter().copied().zip(rest.iter().map(|arg| graph.shape(*arg))).collect();
                einsum::einsum(&mut self.program, text, &operands, result)
            }
            (Kernel::HCat | Kernel::VCat, ..) => Ok(self.block(op.kernel, args, &values, result)),
            (Kernel::Entry, [base, indices @ ..], [code, ..]) => self.entry(*base, indices, *code),
            (Kernel::ArgMax, _, [a]) if rank(result) > 0 => Ok(self.arg_max(*a)),
            _ => self.plain(op, args, &values, result),
        }
    }

    /// The entries compared with the largest of the same array, over the sum of what comes out: halves at the largest ones.
    fn arg_max(&mut self, code: ArrayId) -> ArrayId {
        let largest = self.program.apply(Operation::Largest, &[code]);
        let halves = self.program.apply(Operation::Above, &[code, largest]);
        let sum = self.program.apply(Operation::Sum, &[halves]);
        self.program.infix(Sign::Over, halves, sum)
    }

    /// The code without its leading minus sign, and whether it had one.
    fn without_sign(&mut self, id: ExprId, code: ArrayId) -> Result<(bool, ArrayId), Unsupported> {
        match self.graph.application(id) {
            Some((Kernel::Neg, [inner])) if !self.is_shared(id) => Ok((true, self.value(*inner)?)),
            Some((Kernel::Scale, [s, inner])) if !self.is_shared(id) => {
                match self.graph.number_of(*s) {
                    Some(number) if number.is_negative() => {
                        let number = self.program.number(number.neg());
                        let inner = self.value(*inner)?;
                        Ok((true, self.program.infix(Sign::Times, number, inner)))
                    }
                    _ => Ok((false, code)),
                }
            }
            _ => match self.graph.number_of(id) {
                Some(number) if number.is_negative() => {
                    Ok((true, self.program.number(number.neg())))
                }
                _ => Ok((false, code)),
            },
        }
    }

    /// `tr(A*B)` as a sum over entries, any other trace as it is.
    fn trace(&mut self, a: ExprId, code: ArrayId) -> Result<ArrayId, Unsupported> {
        if rank(self.graph.shape(a)) < 2 {
            return Ok(code);
        }
        match self.halves(a)? {
            Some((left, right)) => {
                let right = self.program.apply(Operation::Transpose, &[right]);
                let products = self.program.infix(Sign::Times, left, right);
                Ok(self.program.apply(Operation::Sum, &[products]))
            }
            None => Ok(self.program.apply(Operation::Trace, &[code])),
        }
    }

    fn block(
        &mut self,
        kernel: Kernel,
        args: &[ExprId],
        values: &[ArrayId],
        result: &Shape,
    ) -> ArrayId {
        let shapes: Vec<&Shape> = args.iter().map(|arg| self.graph.shape(*arg)).collect();
        if rank(result) < 2 {
            return self.program.apply(Operation::Concatenate, values);
        }
        let values: Vec<ArrayId> = values
            .iter()
            .zip(&shapes)
            .map(|(value, shape)| self.as_matrix(*value, shape))
            .collect();
        let operation = match kernel {
            Kernel::VCat => Operation::StackRows,
            _ => Operation::StackColumns,
        };
        self.program.apply(operation, &values)
    }

    fn entry(
        &mut self,
        base: ExprId,
        indices: &[ExprId],
        code: ArrayId,
    ) -> Result<ArrayId, Unsupported> {
        let shape = self.graph.shape(base);
        let mut places = Vec::new();
        for index in indices {
            let dim = self.graph.arg(*index).size().cloned();
            let dim = dim
                .ok_or_else(|| Unsupported::new("an index that is neither a number nor a size"))?;
            places.push(dim.minus(&Dim::one()));
        }
        // A vector has one axis here, whichever way its entries are counted.
        let kept: Vec<&Dim> = match (rank(shape), places.as_slice()) {
            (0, _) => Vec::new(),
            (1, [_, column]) if shape.is_row() => vec![column],
            (1, [row, ..]) => vec![row],
            _ => places.iter().collect(),
        };
        if kept.is_empty() {
            return Ok(code);
        }
        let kept = kept.into_iter().cloned().collect();
        Ok(self.program.apply(Operation::Entry(kept), &[code]))
    }

    /// Kernels whose code depends on the shapes of their arguments only.
    fn plain(
        &mut self,
        op: &Op,
        args: &[ExprId],
        values: &[ArrayId],
        result: &Shape,
    ) -> Result<ArrayId, Unsupported> {
        let shapes: Vec<&Shape> = args.iter().map(|arg| self.graph.shape(*arg)).collect();
        let form = kernel::form(op, &shapes, result, &|place| {
            self.graph.arg(*args.get(place)?).size().cloned()
        });
        let program = &mut self.program;
        match (form, op.kernel, values) {
            (Some(Form::Infix(sign)), _, [a, b]) => Ok(program.infix(sign, *a, *b)),
            (Some(Form::Over(numerator)), _, [a, ..]) => {
                let numerator = program.number(numerator);
                Ok(program.infix(Sign::Over, numerator, *a))
            }
            (Some(Form::Argument), _, [a, ..]) => Ok(*a),
            (Some(Form::One), ..) => Ok(program.number(Number::ONE)),
            (Some(Form::Call(operation)), ..) => Ok(program.apply(operation, values)),
            (Some(Form::OfFirst(operation)), _, [a, ..]) => Ok(program.apply(operation, &[*a])),
            (Some(Form::Formula(composition)), _, [a, ..]) => {
                composition.formula.at(&mut Formulas { graph: self.graph, program }, a)
            }
            (Some(Form::Made(operation)), ..) => Ok(program.apply(operation, &[])),
            (Some(Form::Kernel), ..) => {
                let axes = shape::axes(result);
                Ok(program.with_axes(Operation::Kernel(op.kernel), values, axes))
            }
            (Some(Form::OfMatrices(operation)), ..) => {
                let matrices: Vec<ArrayId> = values
                    .iter()
                    .zip(&shapes)
                    .map(|(value, shape)| self.as_matrix(*value, shape))
                    .collect();
                let axes = vec![result.rows.clone(), result.cols.clone()];
                let code = self.program.with_axes(operation, &matrices, axes);
                Ok(self.narrowed(code, result))
            }
            (Some(Form::OfMatrix), ..) => {
                let mut values = values.to_vec();
                if let (Some(first), Some(shape)) = (values.first_mut(), shapes.first()) {
                    *first = self.as_matrix(*first, shape);
                }
                let axes = vec![result.rows.clone(), result.cols.clone()];
                let code = self.program.with_axes(Operation::Kernel(op.kernel), &values, axes);
                Ok(self.narrowed(code, result))
            }
            (Some(Form::Along(of, single)), ..) => {
                let own = of.arguments();
                let mut values = values.to_vec();
                for (place, shape) in shapes.iter().enumerate() {
                    if place == 0 || place >= own {
                        values[place] = self.as_matrix(values[place], shape);
                    }
                }
                // Singular values are an array of one axis, and so are their derivatives along matrices.
                let values_alone = single && of == Spectral::SingularValues;
                let axes = match values_alone {
                    true => vec![result.rows.clone()],
                    false => vec![result.rows.clone(), result.cols.clone()],
                };
                let code = self.program.with_axes(Operation::Kernel(op.kernel), &values, axes);
                Ok(match rank(result) {
                    0 if values_alone => {
                        self.program.apply(Operation::Entry(vec![Dim::constant(0)]), &[code])
                    }
                    _ if values_alone => code,
                    0 => self.corner(code),
                    1 if of == Spectral::SingularValues && result.rows.is_one() => {
                        self.program.apply(Operation::Entry(vec![Dim::constant(0)]), &[code])
                    }
                    _ if single => self.narrowed(code, result),
                    _ => code,
                })
            }
            (Some(Form::SingularValue), ..) => {
                let axes = vec![Dim::one()];
                let code = program.with_axes(Operation::Kernel(op.kernel), values, axes);
                Ok(program.apply(Operation::Entry(vec![Dim::constant(0)]), &[code]))
            }
            (Some(Form::Root(numerator)), _, [a, p]) => {
                let numerator = program.number(numerator);
                let exponent = program.infix(Sign::Over, numerator, *p);
                Ok(program.infix(Sign::Power, *a, exponent))
            }
            (Some(Form::LogOfAbs), _, [a, ..]) => {
                let size = program.apply(Operation::Map(Map::Abs, "np.abs(#1)"), &[*a]);
                Ok(program.apply(Operation::Map(Map::Log, "np.log(#1)"), &[size]))
            }
            (None, Kernel::Power, [a, b]) => Ok(self.power(args[1], *a, *b)),
            _ => Err(Unsupported::new(format!("`{}`", op.name))),
        }
    }

    fn corner(&mut self, code: ArrayId) -> ArrayId {
        self.program.apply(Operation::Entry(vec![Dim::constant(0), Dim::constant(0)]), &[code])
    }

    fn power(&mut self, exponent: ExprId, a: ArrayId, b: ArrayId) -> ArrayId {
        match self.graph.number_of(exponent) {
            Some(number) if number == Number::HALF => {
                self.program.apply(Operation::Map(Map::Sqrt, "np.sqrt(#1)"), &[a])
            }
            Some(number) if number == Number::MINUS_ONE => {
                let one = self.program.number(Number::ONE);
                self.program.infix(Sign::Over, one, a)
            }
            _ => self.program.infix(Sign::Power, a, b),
        }
    }
}
