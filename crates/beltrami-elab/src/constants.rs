//! `vector(c)`, `matrix(c)` and `eye`: constants whose shape comes from what they are combined with.

use beltrami_core::{Dim, Kernel, Shape, ShapeError};
use beltrami_diag::{Diagnostic, Span, codes};
use beltrami_syntax::{BinaryOp, Expr};

use crate::blame;
use crate::infer::Infer;
use crate::term::{Constant, ConstantKind, Form, Operand, TermId};

/// The pattern of entries that a function of this name stands for.
pub fn kind(name: &str) -> Option<ConstantKind> {
    match name {
        "vector" => Some(ConstantKind::Vector),
        "matrix" => Some(ConstantKind::Matrix),
        _ => None,
    }
}

impl<'a> Infer<'a> {
    /// The constant of open shape that a term is, if it is one.
    pub fn constant(&self, id: TermId) -> Option<Constant> {
        self.terms[id.index()].constant()
    }

    /// A term of definite shape: a constant of open shape gets sizes that the context has to settle.
    pub fn value(&mut self, operand: Operand<'a>) -> TermId {
        let Some(constant) = self.constant(operand.id) else { return operand.id };
        let mut fresh = || self.sizes.fresh();
        let shape = match (constant.kind, constant.transposed) {
            (ConstantKind::Vector, false) => Shape::vector(fresh()),
            (ConstantKind::Vector, true) => Shape::row(fresh()),
            (ConstantKind::Matrix, _) => {
                let rows = fresh();
                Shape::matrix(rows, fresh())
            }
            (ConstantKind::Eye, _) => {
                let side = fresh();
                Shape::matrix(side.clone(), side)
            }
        };
        self.opened.push((shape.axes(), blame::text(operand.expr), operand.expr.span));
        self.shaped(constant, &shape, operand.expr.span).unwrap_or(operand.id)
    }

    /// The constant in the shape of `other`; a mismatch is reported with the whole expression.
    pub fn value_like(
        &mut self,
        expr: &'a Expr,
        operand: Operand<'a>,
        constant: Constant,
        other: Operand<'a>,
    ) -> Option<TermId> {
        let shape = self.shape(other.id);
        let fits = match constant.kind {
            ConstantKind::Eye => shape.is_matrix() && self.same_sides(&shape),
            ConstantKind::Vector if constant.transposed => shape.is_row(),
            ConstantKind::Vector => shape.is_vector(),
            ConstantKind::Matrix => shape.is_matrix(),
        };
        if !fits {
            let error = self.misfit(expr, operand, constant, other);
            self.report(error);
            return None;
        }
        let shape = self.sizes.resolve_shape(&shape);
        self.shaped(constant, &shape, operand.expr.span).ok()
    }

    /// All ones of a shape.
    pub fn ones(&mut self, shape: &Shape) -> Result<TermId, ShapeError> {
        match shape.is_scalar() {
            true => Ok(self.number(beltrami_core::Number::ONE, None)),
            false => self.filled(Kernel::Ones, shape),
        }
    }

    /// All ones or all zeros of a shape that is no scalar.
    fn filled(&mut self, kernel: Kernel, shape: &Shape) -> Result<TermId, ShapeError> {
        let rows = self.size(&shape.rows, None);
        let mut sizes = vec![rows];
        if !shape.cols.is_one() {
            sizes.push(self.size(&shape.cols, None));
        }
        self.apply_kernel(kernel, sizes, None)
    }

    /// A scalar repeated over a shape.
    pub fn widened(&mut self, scalar: TermId, shape: &Shape) -> Result<TermId, ShapeError> {
        let zero = self.number_of(scalar).is_some_and(beltrami_core::Number::is_zero);
        if zero && !shape.is_scalar() {
            return self.filled(Kernel::Zeros, shape);
        }
        let ones = self.ones(shape)?;
        let one = self.number_of(scalar).is_some_and(beltrami_core::Number::is_one);
        if one { Ok(ones) } else { self.apply_kernel(Kernel::Scale, vec![scalar, ones], None) }
    }

    /// A constant of open shape.
    pub fn open(&mut self, constant: Constant, span: Span) -> TermId {
        self.push(Form::Constant(constant), Shape::scalar(), Some(span))
    }

    /// The scalar a constant is a multiple by.
    pub fn factor(&mut self, constant: Constant) -> TermId {
        constant.factor.unwrap_or_else(|| self.number(beltrami_core::Number::ONE, None))
    }

    /// A constant times a scalar.
    pub fn scaled(&mut self, constant: Constant, scalar: TermId, span: Span) -> Option<TermId> {
        let one = |id: TermId| self.number_of(id).is_some_and(beltrami_core::Number::is_one);
        let factor = match constant.factor {
            None => scalar,
            Some(factor) if one(factor) => scalar,
            Some(factor) if one(scalar) => factor,
            Some(factor) => self.apply_kernel(Kernel::Scale, vec![scalar, factor], None).ok()?,
        };
        Some(self.open(Constant { factor: Some(factor), ..constant }, span))
    }

    /// Two constants of one pattern, their factors combined by a kernel of scalars.
    pub fn combined(
        &mut self,
        kernel: Kernel,
        a: Constant,
        b: Constant,
        span: Span,
    ) -> Option<TermId> {
        let (left, right) = (self.factor(a), self.factor(b));
        let factor = self.apply_kernel(kernel, vec![left, right], None).ok()?;
        Some(self.open(Constant { factor: Some(factor), ..a }, span))
    }

    fn shaped(
        &mut self,
        constant: Constant,
        shape: &Shape,
        span: Span,
    ) -> Result<TermId, ShapeError> {
        let pattern = match constant.kind {
            ConstantKind::Eye => {
                let side = self.size(&shape.rows, None);
                self.apply_kernel(Kernel::Eye, vec![side], None)?
            }
            _ => self.ones(shape)?,
        };
        let value = match constant.factor {
            None => pattern,
            Some(factor) if shape.is_scalar() => factor,
            Some(factor) if self.number_of(factor).is_some_and(beltrami_core::Number::is_one) => {
                pattern
            }
            Some(factor) => self.apply_kernel(Kernel::Scale, vec![factor, pattern], None)?,
        };
        if let Some(term) = self.terms.get_mut(value.index())
            && term.span.is_none()
        {
            term.span = Some(span);
        }
        Ok(value)
    }

    fn same_sides(&mut self, shape: &Shape) -> bool {
        use beltrami_core::Sizes;
        !shape.is_scalar() && self.sizes.same(&shape.rows, &shape.cols)
    }

    fn misfit(
        &self,
        expr: &Expr,
        operand: Operand<'_>,
        constant: Constant,
        other: Operand<'_>,
    ) -> Diagnostic {
        let shape = self.shape(other.id);
        let (one, two) = (blame::text(operand.expr), blame::text(other.expr));
        let described = blame::described(&shape);
        if constant.kind == ConstantKind::Eye && shape.is_scalar() {
            return Diagnostic::error(
                &codes::E0205,
                format!("the size of `{one}` cannot be inferred"),
            )
            .at(self.label(expr.span, format!("`{two}` is a scalar and settles no size")))
            .hint("write `eye(n)`, and `ones(n,n)` if every entry is meant");
        }
        let what = match constant.kind {
            ConstantKind::Eye => "a square matrix",
            ConstantKind::Vector if constant.transposed => "a row",
            ConstantKind::Vector => "a vector",
            ConstantKind::Matrix => "a matrix",
        };
        let message = format!("`{one}` is {what}, `{two}` is {described}");
        let hint = match constant.kind {
            ConstantKind::Vector if shape.is_row() => {
                format!("did you mean `{}`?", blame::transposed_text(operand.expr))
            }
            ConstantKind::Vector if shape.is_vector() => format!("did you mean `{two}'`?"),
            ConstantKind::Vector => {
                "a matrix with the same entry everywhere is `matrix(c)`".to_string()
            }
            _ => format!("the identity is square; `{two}` is not"),
        };
        Diagnostic::error(&codes::E0202, message)
            .at(self.label(expr.span, "the shapes must be equal"))
            .hint(hint)
    }
}

/// Which kernel combines the factors of two constants under an operator.
pub fn factor_kernel(op: BinaryOp) -> Kernel {
    match op {
        BinaryOp::Add => Kernel::Add,
        BinaryOp::Sub => Kernel::Sub,
        BinaryOp::EDiv | BinaryOp::Div => Kernel::Divide,
        BinaryOp::EPow | BinaryOp::Pow => Kernel::Power,
        // Comparisons make no constants.
        _ => Kernel::Scale,
    }
}

/// The sizes of an open shape that nothing settled.
pub fn open_sizes(axes: &[Dim]) -> impl Iterator<Item = std::sync::Arc<str>> + '_ {
    axes.iter().flat_map(Dim::symbols)
}
