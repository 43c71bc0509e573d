//! Which of the operations of one name is meant.

use beltrami_core::{Arg, Kernel, Notation, Number, Op, OpId};
use beltrami_diag::{Diagnostic, codes};
use beltrami_syntax::{Expr, ExprKind};

use crate::blame;
use crate::infer::Infer;
use crate::prepass::{Role, role};
use crate::suggest;
use crate::term::Operand;

impl<'a> Infer<'a> {
    /// Whether the operation is written as a call.
    pub fn is_call(&self, op: OpId) -> bool {
        self.registry.op(op).notation == Notation::Call
    }

    /// The operation that a call means, with its arguments: without the literal that selects it.
    pub fn choose(
        &mut self,
        expr: &'a Expr,
        name: &str,
        operands: &[Operand<'a>],
    ) -> Option<(OpId, Vec<Operand<'a>>)> {
        let candidates: Vec<OpId> =
            self.registry.named(name).iter().copied().filter(|op| self.is_call(*op)).collect();
        let mut refused = None;
        for op in &candidates {
            let record = self.registry.op(*op);
            let Some(args) = self.fitting(record, operands) else { continue };
            let seen: Vec<Arg> = args.iter().map(|operand| self.arg(operand.id)).collect();
            if (record.accepts)(&seen) {
                return Some((*op, args.to_vec()));
            }
            refused.get_or_insert((*op, args.to_vec()));
        }
        let error = match refused {
            Some((op, args)) if counts_itself(self.registry.op(op)) => {
                self.miscounted(expr, name, &[op], &args)
            }
            Some((op, args)) => self.refused(expr, op, &args),
            None => self.miscounted(expr, name, &candidates, operands),
        };
        self.report(error);
        None
    }

    /// Scalars among the arguments of an operation entry by entry take the shape of the others.
    pub fn widened_pair(
        &mut self,
        op: OpId,
        operands: Vec<Operand<'a>>,
    ) -> Option<Vec<Operand<'a>>> {
        let record = self.registry.op(op);
        // Defined operations of several values of one shape, such as a choice, are entry by entry.
        let defined = record.kernel == Kernel::Defined
            && record.parameters().len() > 1
            && record.params.matches(": matrix(m,n)").count() == record.parameters().len();
        if !defined && !matches!(record.kernel, Kernel::Max | Kernel::Min) {
            return Some(operands);
        }
        let Some(large) = operands.iter().find(|operand| !self.is_scalar(operand.id)).copied()
        else {
            return Some(operands);
        };
        let mut widened = Vec::with_capacity(operands.len());
        for operand in operands {
            if self.is_scalar(operand.id) {
                widened.push(self.widened_operand(operand, large, true)?);
            } else {
                widened.push(operand);
            }
        }
        if let [a, b] = widened[..] {
            let (a, b) = self.broadcast(a, b)?;
            return Some(vec![a, b]);
        }
        Some(widened)
    }

    /// The arguments that the operation would get, if their number and the literal fit.
    fn fitting<'o>(&self, op: &Op, operands: &'o [Operand<'a>]) -> Option<&'o [Operand<'a>]> {
        let args = match op.literal {
            None => operands,
            Some(wanted) => {
                let (last, args) = operands.split_last()?;
                let given = self.number_of(last.id).and_then(Number::as_int);
                let written = matches!(last.expr.unparenthesised().kind, ExprKind::Number(..));
                if given != Some(wanted) || !written {
                    return None;
                }
                args
            }
        };
        (counts_itself(op) || args.len() == op.parameters().len()).then_some(args)
    }

    fn miscounted(
        &self,
        expr: &Expr,
        name: &str,
        candidates: &[OpId],
        operands: &[Operand<'a>],
    ) -> Diagnostic {
        let records: Vec<&Op> = candidates.iter().map(|op| self.registry.op(*op)).collect();
        let literals: Vec<String> =
            records.iter().filter_map(|op| op.literal).map(|k| k.to_string()).collect();
        let with_literal = records
            .iter()
            .any(|op| op.literal.is_some() && op.parameters().len() + 1 == operands.len());
        if let (Some(last), true) = (operands.last(), with_literal) {
            let wanted = literals.join(" or ");
            return Diagnostic::error(
                &codes::E0206,
                format!(
                    "the last argument of `{name}` is {wanted}, not `{}`",
                    blame::text(last.expr)
                ),
            )
            .at(self.label(last.expr.span, format!("{wanted} is expected")))
            .hint(format!(
                "write `{name}({}, {})`",
                blame::text(operands[0].expr),
                literals[0]
            ));
        }
        let mut counts: Vec<usize> = records
            .iter()
            .filter(|op| !counts_itself(op))
            .map(|op| op.parameters().len() + usize::from(op.literal.is_some()))
            .collect();
        counts.sort_unstable();
        counts.dedup();
        let given = operands.len();
        let message = if counts.is_empty() {
            format!("`{name}` does not take {given} argument{}", if given == 1 { "" } else { "s" })
        } else {
            let list: Vec<String> = counts.iter().map(usize::to_string).collect();
            let plural = if counts == [1] { "" } else { "s" };
            format!("`{name}` takes {} argument{plural}, {given} given", list.join(" or "))
        };
        let usage = records.first().map_or_else(String::new, |op| usage(op));
        let error =
            Diagnostic::error(&codes::E0206, message).at(self.label(expr.span, usage.clone()));
        match suggest::one_argument(name) {
            Some(hint) if given == 1 => error.hint(hint),
            _ => error.hint(format!("`beltrami help {name}` shows how it is used")),
        }
    }

    fn refused(&mut self, expr: &'a Expr, op: OpId, args: &[Operand<'a>]) -> Diagnostic {
        let ids: Vec<_> = args.iter().map(|operand| operand.id).collect();
        if let Err(error) = self.apply(op, ids, None) {
            return self.blame(&error, expr, args);
        }
        let record = self.registry.op(op);
        let kinds: Vec<String> = args
            .iter()
            .map(|arg| {
                format!("`{}` ({})", blame::text(arg.expr), blame::described(&self.shape(arg.id)))
            })
            .collect();
        let error = Diagnostic::error(
            &codes::E0204,
            format!("`{}` does not apply to {}", record.name, kinds.join(" and ")),
        )
        .at(self.label(expr.span, usage(record)));
        let exprs: Vec<&Expr> = args.iter().map(|arg| arg.expr).collect();
        self.with_declarations(error, &exprs)
    }
}

/// Whether the shape rule knows better than the parameters how many arguments there are: sizes and texts are no parameters.
fn counts_itself(op: &Op) -> bool {
    let variadic = matches!(op.kernel, Kernel::Derivative(_));
    op.params.is_empty() || variadic || (0..4).any(|place| role(op.kernel, place) != Role::Value)
}

/// How an operation is called: `tr(A)`.
fn usage(op: &Op) -> String {
    let mut names: Vec<String> = op.parameters().iter().map(|name| name.to_string()).collect();
    if counts_itself(op) {
        names.push("…".to_string());
    }
    names.extend(op.literal.map(|k| k.to_string()));
    format!("`{}({})` is expected", op.name, names.join(", "))
}
