//! Signs, transposition, products, quotients and powers.

use beltrami_core::{Kernel, Number, Shape, ShapeError};
use beltrami_diag::{Diagnostic, codes};
use beltrami_syntax::{BinaryOp, Expr, ExprKind};

use crate::blame;
use crate::constants::factor_kernel;
use crate::infer::Infer;
use crate::term::{Constant, ConstantKind, Operand, TermId};

impl<'a> Infer<'a> {
    /// `-a`; a number stays a number.
    pub fn negative(&mut self, expr: &'a Expr, inner: Operand<'a>) -> Option<TermId> {
        if let Some(number) = self.number_of(inner.id) {
            return Some(self.number(number.neg(), Some(expr.span)));
        }
        if let Some(constant) = self.constant(inner.id) {
            let factor = self.factor(constant);
            let factor = match self.number_of(factor) {
                Some(number) => self.number(number.neg(), None),
                None => self.apply_kernel(Kernel::Neg, vec![factor], None).ok()?,
            };
            return Some(self.open(Constant { factor: Some(factor), ..constant }, expr.span));
        }
        self.applied(Kernel::Neg, expr, &[inner])
    }

    /// `A'`
    pub fn transpose(&mut self, expr: &'a Expr, inner: Operand<'a>) -> Option<TermId> {
        match self.constant(inner.id) {
            Some(constant) => Some(
                self.open(Constant { transposed: !constant.transposed, ..constant }, expr.span),
            ),
            None => self.applied(Kernel::Transpose, expr, &[inner]),
        }
    }

    /// Two operands with an operator.
    pub fn binary(
        &mut self,
        expr: &'a Expr,
        op: BinaryOp,
        lhs: Operand<'a>,
        rhs: Operand<'a>,
    ) -> Option<TermId> {
        match op {
            BinaryOp::Add | BinaryOp::Sub => self.sum(expr, op, lhs, rhs),
            BinaryOp::Mul => self.product(expr, lhs, rhs),
            BinaryOp::Div => self.quotient(expr, lhs, rhs),
            BinaryOp::Pow => self.power(expr, lhs, rhs),
            BinaryOp::EMul | BinaryOp::EDiv | BinaryOp::EPow => self.entrywise(expr, op, lhs, rhs),
            _ => self.comparison(expr, op, lhs, rhs),
        }
    }

    /// Applies a kernel to operands of definite shape; what does not fit is reported.
    pub fn applied(
        &mut self,
        kernel: Kernel,
        expr: &'a Expr,
        operands: &[Operand<'a>],
    ) -> Option<TermId> {
        let args = operands.iter().map(|operand| operand.id).collect();
        let applied = self.apply_kernel(kernel, args, Some(expr.span));
        self.or_report(applied, expr, operands)
    }

    /// Applies the operation of this name that computes a kernel, where several compute it.
    pub fn applied_as(
        &mut self,
        name: &str,
        kernel: Kernel,
        expr: &'a Expr,
        operands: &[Operand<'a>],
    ) -> Option<TermId> {
        let named =
            self.registry.named(name).iter().find(|op| self.registry.op(**op).kernel == kernel);
        let Some(op) = named.copied().or_else(|| self.registry.with_kernel(kernel)) else {
            return self.applied(kernel, expr, operands);
        };
        let args = operands.iter().map(|operand| operand.id).collect();
        let applied = self.apply(op, args, Some(expr.span));
        self.or_report(applied, expr, operands)
    }

    /// The term, or a report of why there is none.
    pub fn or_report(
        &mut self,
        applied: Result<TermId, ShapeError>,
        expr: &'a Expr,
        operands: &[Operand<'a>],
    ) -> Option<TermId> {
        match applied {
            Ok(id) => Some(id),
            Err(error) => {
                let error = self.blame(&error, expr, operands);
                self.report(error);
                None
            }
        }
    }

    /// Whether a term of definite shape is a scalar; a text is none.
    pub fn is_scalar(&self, id: TermId) -> bool {
        self.constant(id).is_none() && self.shape(id).is_scalar()
    }

    /// An operand with its shape made definite.
    pub fn definite(&mut self, operand: Operand<'a>) -> Operand<'a> {
        Operand { id: self.value(operand), ..operand }
    }

    fn product(&mut self, expr: &'a Expr, lhs: Operand<'a>, rhs: Operand<'a>) -> Option<TermId> {
        let eye = |constant: &Constant| constant.kind == ConstantKind::Eye;
        match (self.constant(lhs.id), self.constant(rhs.id)) {
            (Some(a), Some(b)) if eye(&a) || eye(&b) => {
                let (pattern, other) = if eye(&a) { (b, a) } else { (a, b) };
                match other.factor {
                    None => Some(self.open(pattern, expr.span)),
                    Some(factor) => self.scaled(pattern, factor, expr.span),
                }
            }
            (Some(a), None) if self.is_scalar(rhs.id) => self.scaled(a, rhs.id, expr.span),
            (None, Some(b)) if self.is_scalar(lhs.id) => self.scaled(b, lhs.id, expr.span),
            (Some(a), None) if eye(&a) => self.multiple(expr, a, rhs),
            (None, Some(b)) if eye(&b) => self.multiple(expr, b, lhs),
            _ => {
                let (lhs, rhs) = (self.definite(lhs), self.definite(rhs));
                if self.is_scalar(lhs.id) {
                    self.applied(Kernel::Scale, expr, &[lhs, rhs])
                } else if self.is_scalar(rhs.id) {
                    self.applied(Kernel::Scale, expr, &[rhs, lhs])
                } else {
                    self.applied(Kernel::MatMul, expr, &[lhs, rhs])
                }
            }
        }
    }

    /// A multiple of the identity times a matrix.
    fn multiple(&mut self, expr: &'a Expr, eye: Constant, other: Operand<'a>) -> Option<TermId> {
        match eye.factor {
            None => Some(other.id),
            Some(factor) => {
                let scaled =
                    self.apply_kernel(Kernel::Scale, vec![factor, other.id], Some(expr.span));
                self.or_report(scaled, expr, &[other, other])
            }
        }
    }

    fn quotient(&mut self, expr: &'a Expr, lhs: Operand<'a>, rhs: Operand<'a>) -> Option<TermId> {
        if let Some(ratio) = self.ratio(lhs.id, rhs.id) {
            return Some(self.number(ratio, Some(expr.span)));
        }
        if !self.is_scalar(rhs.id) {
            let rhs = self.definite(rhs);
            let error = self.not_a_divisor(lhs, rhs);
            self.report(error);
            return None;
        }
        self.divided(expr, lhs, rhs)
    }

    /// An operand over a scalar.
    pub fn divided(
        &mut self,
        expr: &'a Expr,
        lhs: Operand<'a>,
        rhs: Operand<'a>,
    ) -> Option<TermId> {
        if let Some(ratio) = self.ratio(lhs.id, rhs.id) {
            return Some(self.number(ratio, Some(expr.span)));
        }
        let Some(constant) = self.constant(lhs.id) else {
            return self.applied(Kernel::Divide, expr, &[lhs, rhs]);
        };
        let factor = self.factor(constant);
        let factor = self.apply_kernel(Kernel::Divide, vec![factor, rhs.id], None).ok()?;
        Some(self.open(Constant { factor: Some(factor), ..constant }, expr.span))
    }

    /// The ratio of two whole numbers.
    fn ratio(&self, a: TermId, b: TermId) -> Option<Number> {
        let (p, q) = (self.number_of(a)?.as_int()?, self.number_of(b)?.as_int()?);
        Number::ratio(p, q)
    }

    fn power(&mut self, expr: &'a Expr, lhs: Operand<'a>, rhs: Operand<'a>) -> Option<TermId> {
        let (lhs, rhs) = (self.definite(lhs), self.definite(rhs));
        let whole = self.number_of(rhs.id).and_then(Number::as_int).is_some();
        let base = self.shape(lhs.id);
        if base.is_scalar() && self.is_scalar(rhs.id) {
            return self.applied_as(BinaryOp::Pow.symbol(), Kernel::Power, expr, &[lhs, rhs]);
        }
        if !base.is_scalar() && whole {
            let applied =
                self.apply_kernel(Kernel::MatPower, vec![lhs.id, rhs.id], Some(expr.span));
            if let Err(ShapeError::NotSquare(0)) = applied {
                let error = self.not_a_power_base(expr, lhs, &base);
                self.report(error);
                return None;
            }
            return self.or_report(applied, expr, &[lhs, rhs]);
        }
        let error = self.not_an_exponent(lhs, rhs, &base);
        self.report(error);
        None
    }

    fn not_a_divisor(&self, lhs: Operand<'_>, rhs: Operand<'_>) -> Diagnostic {
        let (a, b) = (blame::operand_text(lhs.expr), blame::operand_text(rhs.expr));
        let shape = self.shape(rhs.id);
        let alike = self.constant(lhs.id).is_none() && self.shape(lhs.id) == shape;
        let mut ways = Vec::new();
        let square = self.could_be_square(&shape);
        if alike || self.is_scalar(lhs.id) || !square {
            ways.push(format!("`{a}./{b}`"));
        }
        if square {
            ways.push(format!("`{a}*inv({})`", blame::text(rhs.expr)));
        }
        let message = format!(
            "cannot divide by `{}`, which is {}",
            blame::text(rhs.expr),
            blame::described(&shape)
        );
        self.with_declarations(
            Diagnostic::error(&codes::E0210, message)
                .at(self.label(rhs.expr.span, "a divisor must be a scalar"))
                .hint(format!("did you mean {}?", ways.join(" or "))),
            &[rhs.expr],
        )
    }

    fn not_a_power_base(&self, expr: &Expr, lhs: Operand<'_>, base: &Shape) -> Diagnostic {
        let (text, short) = (blame::text(lhs.expr), blame::operand_text(lhs.expr));
        let exponent = match &expr.kind {
            ExprKind::Binary { rhs, .. } => blame::operand_text(rhs),
            _ => String::new(),
        };
        let hint = if exponent == "2" {
            format!("did you mean `{short}.^2` or `{short}'*{short}`?")
        } else {
            format!("did you mean `{short}.^{exponent}`?")
        };
        let message = format!("`^` needs a square matrix, `{text}` is {}", blame::described(base));
        let label = self.label(lhs.expr.span, format!("this is {}", blame::described(base)));
        self.with_declarations(
            Diagnostic::error(&codes::E0201, message).at(label).hint(hint),
            &[lhs.expr],
        )
    }

    fn could_be_square(&self, shape: &Shape) -> bool {
        shape.is_matrix() && !shape.is_scalar() && self.sizes.could_agree(&shape.rows, &shape.cols)
    }

    fn not_an_exponent(&self, lhs: Operand<'_>, rhs: Operand<'_>, base: &Shape) -> Diagnostic {
        let (a, b) = (blame::operand_text(lhs.expr), blame::operand_text(rhs.expr));
        let exponent = self.shape(rhs.id);
        let transposition = matches!(&rhs.expr.unparenthesised().kind, ExprKind::Name(name) if name == "T")
            && self.is_assumed("T")
            && !base.is_scalar();
        let (message, hint) = if transposition {
            ("`T` is no exponent".to_string(), format!("the transpose is written `{a}'`"))
        } else if exponent.is_scalar() {
            let half = self.number_of(rhs.id) == Some(Number::HALF) && self.could_be_square(base);
            let root = if half {
                format!(", the root of the matrix is `sqrtm({})`", blame::text(lhs.expr))
            } else {
                String::new()
            };
            (
                format!(
                    "the exponent of a matrix must be a whole number, `{}` is not",
                    blame::text(rhs.expr)
                ),
                format!("entry by entry it is `{a}.^{b}`{root}"),
            )
        } else {
            (
                format!(
                    "`{}` is {} and cannot be an exponent",
                    blame::text(rhs.expr),
                    blame::described(&exponent)
                ),
                format!("entry by entry it is `{a}.^{b}`"),
            )
        };
        let label = if exponent.is_scalar() {
            "not a whole number".to_string()
        } else {
            format!("this is {}", blame::described(&exponent))
        };
        let error = Diagnostic::error(&codes::E0204, message).at(self.label(rhs.expr.span, label));
        self.with_declarations(error.hint(hint), &[rhs.expr])
    }

    /// Combines the factors of two constants of one pattern.
    pub fn both_constant(
        &mut self,
        op: BinaryOp,
        a: Constant,
        b: Constant,
        expr: &Expr,
    ) -> Option<TermId> {
        self.combined(factor_kernel(op), a, b, expr.span)
    }
}
