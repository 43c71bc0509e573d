//! What a shape rule refused, told with the user's own names.

use beltrami_core::{Arg, Dim, Shape, ShapeError};
use beltrami_diag::{Code, Diagnostic, Label, codes};
use beltrami_syntax::{BinaryOp, Expr, ExprKind, TypeName};

use crate::infer::Infer;
use crate::prepass::children;
use crate::term::{Form, Operand};
use crate::types;

/// Longer texts are cut in messages.
const MAX_TEXT: usize = 48;

/// An expression as messages show it.
pub fn text(expr: &Expr) -> String {
    let text = beltrami_syntax::format::expr(expr);
    if text.chars().count() <= MAX_TEXT {
        return text;
    }
    let start: String = text.chars().take(MAX_TEXT - 1).collect();
    format!("{start}…")
}

/// An expression as it can stand before `'` and beside `*`.
pub fn operand_text(expr: &Expr) -> String {
    match expr.unparenthesised().kind {
        ExprKind::Binary { .. } | ExprKind::Unary(..) => format!("({})", text(expr)),
        _ => text(expr),
    }
}

/// The transpose of an operand, a transposition taken away where there is one.
pub fn transposed_text(expr: &Expr) -> String {
    match &expr.unparenthesised().kind {
        ExprKind::Transpose(inner) => operand_text(inner),
        _ => format!("{}'", operand_text(expr)),
    }
}

/// A shape in words.
pub fn described(shape: &Shape) -> String {
    if shape.is_scalar() {
        "a scalar".to_string()
    } else if shape.is_vector() {
        format!("a vector of size {}", shape.rows)
    } else if shape.is_row() {
        format!("a row of size {}", shape.cols)
    } else {
        shape.to_string()
    }
}

impl<'a> Infer<'a> {
    /// The message for what a shape rule refused.
    pub fn blame(
        &self,
        error: &ShapeError,
        expr: &'a Expr,
        operands: &[Operand<'a>],
    ) -> Diagnostic {
        let name = operation(expr);
        let at = |place: usize| operands.get(place).or(operands.first());
        match error {
            ShapeError::NotSquare(place) => self.not_square(&name, expr, at(*place)),
            ShapeError::Inner(a, b) => match (at(*a), at(*b)) {
                (Some(a), Some(b)) => self.inner(expr, *a, *b),
                _ => self.plain(&codes::E0203, "these cannot be multiplied", expr),
            },
            ShapeError::Differ(a, b) => match (at(*a), at(*b)) {
                (Some(a), Some(b)) => self.differ(expr, *a, *b),
                _ => self.plain(&codes::E0202, "the shapes differ", expr),
            },
            ShapeError::Expected { argument, wanted } => {
                self.expected(&name, wanted, expr, at(*argument))
            }
            ShapeError::Arity(wanted) => {
                let (name, given) = match &expr.kind {
                    ExprKind::Index { base, indices } => (text(base), indices.len()),
                    _ => (name, operands.len()),
                };
                let message = format!("`{name}` takes {wanted}, {given} given");
                self.plain(&codes::E0206, &message, expr)
            }
            ShapeError::Range { argument, reason } => {
                let place = at(*argument).map_or(expr, |operand| operand.expr);
                self.plain(&codes::E0207, reason, place)
            }
            ShapeError::Einsum(reason) => {
                let message = format!("the text of `{name}` does not fit: {reason}");
                self.plain(
                    &codes::E0204,
                    &message,
                    operands.first().map_or(expr, |operand| operand.expr),
                )
            }
        }
    }

    /// Adds the place of a declaration for the first expression that is a declared name, or the transpose of one.
    pub fn with_declarations(&self, error: Diagnostic, exprs: &[&Expr]) -> Diagnostic {
        let declared = |expr: &&Expr| {
            let place = self.scope.variable(plain_name(expr)?)?;
            self.scope.variables[place].declared.clone()
        };
        match exprs.iter().find_map(declared) {
            Some(label) => error.also(label),
            None => error,
        }
    }

    /// Whether a name is a variable that nobody declared.
    pub fn is_assumed(&self, name: &str) -> bool {
        self.scope
            .variable(name)
            .is_some_and(|place| self.scope.variables[place].declared.is_none())
    }

    fn plain(&self, code: &'static Code, message: &str, expr: &Expr) -> Diagnostic {
        Diagnostic::error(code, message).at(self.label(expr.span, ""))
    }

    fn not_square(&self, name: &str, expr: &Expr, operand: Option<&Operand<'_>>) -> Diagnostic {
        let Some(operand) = operand else {
            return self.plain(&codes::E0201, &format!("`{name}` needs a square matrix"), expr);
        };
        let shape = self.shape(operand.id);
        let described = described(&shape);
        let error = Diagnostic::error(
            &codes::E0201,
            format!("`{name}` needs a square matrix, `{}` is {described}", text(operand.expr)),
        )
        .at(self.label(operand.expr.span, format!("this is {described}")));
        let error = match plain_name(operand.expr) {
            Some(name) => error.hint(format!("declare `{name}: matrix(n,n)`")),
            None => error,
        };
        self.with_declarations(error, &[operand.expr])
    }

    fn inner(&self, expr: &Expr, a: Operand<'_>, b: Operand<'_>) -> Diagnostic {
        let (left, right) = (self.shape(a.id), self.shape(b.id));
        let (short_a, short_b) = (operand_text(a.expr), operand_text(b.expr));
        let (turned_a, turned_b) = (transposed_text(a.expr), transposed_text(b.expr));
        let assumed = |operand: &Operand<'_>| {
            plain_name(operand.expr).is_some_and(|name| self.is_assumed(name))
        };
        let fixed = left.cols.as_constant().is_some() && right.rows.as_constant().is_some();
        let message = format!(
            "cannot multiply `{}` ({left}) by `{}` ({right}): {} and {} differ",
            text(a.expr),
            text(b.expr),
            left.cols,
            right.rows
        );
        let label = format!(
            "columns of {} are {}, rows of {} are {}",
            text(a.expr),
            left.cols,
            text(b.expr),
            right.rows
        );
        let fits = |a: &Dim, b: &Dim| self.sizes.could_agree(a, b);
        let (rows, cols) = (fits(&left.rows, &right.rows), fits(&left.cols, &right.cols));
        let mut ways = Vec::new();
        if rows && left.is_vector() && right.is_vector() {
            ways.push(format!("`{short_a}.*{short_b}`"));
            ways.push(format!("`{turned_a}*{short_b}`"));
        } else {
            if rows {
                ways.push(format!("`{turned_a}*{short_b}`"));
            }
            if cols {
                ways.push(format!("`{short_a}*{turned_b}`"));
            }
            if rows && cols {
                ways.push(format!("`{short_a}.*{short_b}`"));
            }
        }
        if ways.is_empty() && fits(&left.rows, &right.cols) {
            ways.push(format!("`{short_b}*{short_a}`"));
        }
        if fixed && ways.is_empty() && (assumed(&a) || assumed(&b)) {
            let (operand, here, there, axis) = if assumed(&b) {
                (b, &left.cols, &right.rows, "rows")
            } else {
                (a, &right.rows, &left.cols, "columns")
            };
            let message = format!(
                "`{}` would need {here} {axis} here and {there} {axis} elsewhere",
                text(operand.expr)
            );
            return Diagnostic::error(&codes::E0209, message)
                .at(self.label(expr.span, label))
                .hint(format!("declare `{}`", text(operand.expr)));
        }
        let error = Diagnostic::error(&codes::E0203, message).at(self.label(expr.span, label));
        let error = self.with_declarations(error, &[b.expr, a.expr]);
        let error = match list(&ways) {
            Some(ways) => error.hint(format!("did you mean {ways}?")),
            None => error,
        };
        self.with_assumptions(error, &[a.expr, b.expr])
    }

    fn differ(&self, expr: &Expr, a: Operand<'_>, b: Operand<'_>) -> Diagnostic {
        let (left, right) = (self.shape(a.id), self.shape(b.id));
        let (one, two) =
            (format!("`{}` ({left})", text(a.expr)), format!("`{}` ({right})", text(b.expr)));
        let (message, sign) = match &expr.kind {
            ExprKind::Binary { op, .. } => {
                let message = match op {
                    BinaryOp::Add => format!("cannot add {one} and {two}"),
                    BinaryOp::Sub => format!("cannot subtract {two} from {one}"),
                    BinaryOp::EDiv => format!("cannot divide {one} by {two} entry by entry"),
                    BinaryOp::EPow => {
                        format!("cannot raise {one} to the power {two} entry by entry")
                    }
                    _ => format!("cannot multiply {one} and {two} entry by entry"),
                };
                (message, Some(op.symbol()))
            }
            ExprKind::Block { .. } => (format!("{one} and {two} do not fit side by side"), None),
            _ => {
                (format!("`{}` needs equal shapes, {one} and {two} differ", operation(expr)), None)
            }
        };
        let error = Diagnostic::error(&codes::E0202, format!("{message}: the shapes differ"))
            .at(self.label(expr.span, format!("{left} and {right} differ")));
        let error = self.with_declarations(error, &[b.expr, a.expr]);
        let turned = right.transposed();
        let fits = left.is_matrix()
            && right.is_matrix()
            && self.sizes.could_agree(&left.rows, &turned.rows)
            && self.sizes.could_agree(&left.cols, &turned.cols);
        match sign {
            Some(sign) if fits => {
                let gap = if matches!(sign, "+" | "-") { " " } else { "" };
                let (first, second) = (operand_text(a.expr), transposed_text(b.expr));
                if first == second {
                    error.hint(format!(
                        "`{first}` and its transpose differ in shape unless it is square"
                    ))
                } else {
                    error.hint(format!("did you mean `{first}{gap}{sign}{gap}{second}`?"))
                }
            }
            _ => match self.repetition(a, b) {
                Some(hint) => error.hint(hint),
                None => self.with_assumptions(error, &[a.expr, b.expr]),
            },
        }
    }

    /// What lets a row or column be repeated over a matrix whose sizes nobody declared.
    fn repetition(&self, a: Operand<'_>, b: Operand<'_>) -> Option<String> {
        let thin = |shape: &Shape| shape.rows.is_one() != shape.cols.is_one();
        let (left, right) = (self.shape(a.id), self.shape(b.id));
        let (one, full) = match (thin(&left), thin(&right)) {
            (true, false) => (a, b),
            (false, true) => (b, a),
            _ => return None,
        };
        let (small, large) = (self.shape(one.id), self.shape(full.id));
        let fits = large.is_matrix()
            && !large.is_scalar()
            && if small.rows.is_one() {
                self.sizes.could_agree(&small.cols, &large.cols)
            } else {
                self.sizes.could_agree(&small.rows, &large.rows)
            };
        fits.then(|| {
            format!(
                "with the sizes of `{}` declared, `{}` is repeated over its shape",
                text(full.expr),
                text(one.expr)
            )
        })
    }

    /// Points at the scalars among the operands that nobody declared: they may be meant as vectors.
    fn with_assumptions(&self, mut error: Diagnostic, exprs: &[&Expr]) -> Diagnostic {
        let mut assumed: Vec<(&str, Label)> = Vec::new();
        let mut pending: Vec<&Expr> = exprs.iter().rev().copied().collect();
        while let Some(expr) = pending.pop() {
            pending.extend(children(expr).into_iter().rev());
            if let ExprKind::Name(name) = &expr.kind
                && self.is_assumed(name)
                && types::default_type(name) == TypeName::Scalar
                && assumed.iter().all(|(known, _)| known != name)
            {
                let label = self.label(expr.span, format!("`{name}` is assumed to be a scalar"));
                assumed.push((name, label));
            }
        }
        let Some((name, _)) = assumed.first() else { return error };
        if error.hint.is_none() {
            error.hint = Some(format!("declare what it is, as in `{name}: vector(n)`").into());
        }
        assumed.into_iter().fold(error, |error, (_, label)| error.also(label))
    }

    fn expected(
        &self,
        name: &str,
        wanted: &str,
        expr: &Expr,
        operand: Option<&Operand<'_>>,
    ) -> Diagnostic {
        let size = wanted.starts_with("a size");
        let block = matches!(expr.kind, ExprKind::Block { .. });
        let code = if size {
            &codes::E0207
        } else if block {
            &codes::E0202
        } else {
            &codes::E0204
        };
        let Some(operand) = operand else {
            return self.plain(code, &format!("`{name}` needs {wanted}"), expr);
        };
        let arg = self.arg(operand.id);
        let found = if arg.text().is_some() { "a text".to_string() } else { described(&arg.shape) };
        let message = if block {
            format!("`{}` is {found}, not {wanted}", text(operand.expr))
        } else {
            format!("`{name}` needs {wanted}, `{}` is {found}", text(operand.expr))
        };
        let error = Diagnostic::error(code, message)
            .at(self.label(operand.expr.span, format!("this is {found}")));
        let error = self.with_declarations(error, &[operand.expr]);
        match self.way_to(wanted, *operand, &arg) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn way_to(&self, wanted: &str, operand: Operand<'_>, arg: &Arg) -> Option<String> {
        if arg.text().is_some() {
            return None;
        }
        if wanted == "a scalar" && !arg.is_scalar() {
            return Some(format!("reduce it, as in `sum({})`", text(operand.expr)));
        }
        if wanted.starts_with("a vector") && arg.shape.is_row() {
            return Some(format!("did you mean `{}`?", transposed_text(operand.expr)));
        }
        match (&self.terms[operand.id.index()].form, plain_name(operand.expr)) {
            (Form::Variable(_), Some(name)) if self.is_assumed(name) => Some(format!(
                "`{name}` was taken for `{}`; declare it",
                types::declaration(name, types::default_type(name), &arg.shape)
            )),
            _ => None,
        }
    }
}

/// The name inside parentheses and transpositions.
pub fn plain_name(expr: &Expr) -> Option<&str> {
    match &expr.unparenthesised().kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Transpose(inner) => plain_name(inner),
        _ => None,
    }
}

/// What an expression applies: a function or an operator.
fn operation(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Call { name, .. } => name.clone(),
        ExprKind::Binary { op, .. } => op.symbol().to_string(),
        ExprKind::Unary(op, _) => op.symbol().to_string(),
        ExprKind::Transpose(_) => "'".to_string(),
        ExprKind::Index { .. } => "[]".to_string(),
        ExprKind::Block { .. } => "[;]".to_string(),
        _ => text(expr),
    }
}

fn list(ways: &[String]) -> Option<String> {
    let (last, rest) = ways.split_last()?;
    Some(if rest.is_empty() { last.clone() } else { format!("{} or {last}", rest.join(", ")) })
}
