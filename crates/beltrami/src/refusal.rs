//! Why there is no derivative to show, in words.

use beltrami_calculus::{CalculusError, Excess};
use beltrami_core::{ExprId, Graph};
use beltrami_diag::{Diagnostic, Label, codes};

use crate::check::CheckFailure;
use crate::session::Loaded;

pub(crate) fn refusal(loaded: &Loaded, graph: &Graph, error: &CalculusError) -> Diagnostic {
    match error {
        CalculusError::NotAvailable(id) => {
            let text = beltrami_print::text(graph, *id);
            let diagnostic = Diagnostic::error(
                &codes::E0401,
                format!("the derivative of `{text}` is not available"),
            )
            .hint("rewrite it with other operations, or differentiate by another variable");
            match label(loaded, *id, "this does not differentiate") {
                Some(label) => diagnostic.at(label),
                None => diagnostic,
            }
        }
        CalculusError::TooLarge(excess) => {
            let message = match excess {
                Excess::Terms(most) => format!("the derivative has more than {most} terms"),
                Excess::Factors(most) => {
                    format!("the terms of the derivative have more than {most} factors together")
                }
            };
            Diagnostic::error(&codes::E0403, message)
                .hint("differentiate a part, or ask for a lower order")
        }
        CalculusError::Symmetric(id) => {
            let text = beltrami_print::text(graph, *id);
            let diagnostic = Diagnostic::error(
                &codes::E0401,
                format!("`{text}` exists for symmetric matrices alone, so it has no second derivatives by single entries"),
            )
            .hint("leave out `--symmetric ambient`: the derivative on symmetric matrices exists");
            match label(loaded, *id, "needs a symmetric matrix") {
                Some(label) => diagnostic.at(label),
                None => diagnostic,
            }
        }
        CalculusError::Stopped => stopped("the derivative"),
        CalculusError::NoForm(what) => Diagnostic::error(
            &codes::E0403,
            format!("there is no {}", what.trim_start_matches("a ")),
        )
        .hint(match what.contains("so many indices") {
            true => "differentiate a part, or ask for a lower order",
            false => "every derivative has the form `--form index`",
        }),
        CalculusError::Shape(error) => Diagnostic::error(
            &codes::E0501,
            format!("a rule built an expression that does not fit: {error:?}"),
        )
        .hint("please report this expression"),
    }
}

pub(crate) fn unchecked(loaded: &Loaded, failure: &CheckFailure, seed: u64) -> Diagnostic {
    match failure {
        CheckFailure::Differs { point, error, .. } => {
            let sizes: Vec<String> =
                point.sizes.iter().map(|(name, n)| format!("{name} = {n}")).collect();
            let place = if sizes.is_empty() { "no sizes".to_string() } else { sizes.join(", ") };
            let message = if error.is_finite() {
                format!(
                    "the derivative found differs from the numbers by {error:.1e} (relative, {place}, seed {seed}), so it is not shown"
                )
            } else {
                format!(
                    "the derivative found has no value at a point where the expression has a derivative ({place}, seed {seed}), so it is not shown"
                )
            };
            Diagnostic::error(&codes::E0501, message)
                .hint("this is a defect: please report the command you ran")
        }
        CheckFailure::Stopped => stopped("the comparison of the derivative with numbers"),
        CheckFailure::TooLarge(size) => Diagnostic::error(
            &codes::E0504,
            format!("the derivative of size {size} is too large to be compared with numbers"),
        )
        .hint("name the sizes, as in `X: matrix(m,n)`; their numbers come with the data"),
        CheckFailure::NoPoint { reason, outside } => {
            let hint = if *outside {
                "declare what is known, as in `--let 'x: vector(n) > 0'` or `X: spd(n)`"
            } else {
                "the same holds at every point that was tried: derive another expression, or by another variable"
            };
            let diagnostic = Diagnostic::error(
                &codes::E0502,
                format!("no random point was found where value and derivative exist: {reason}"),
            )
            .hint(hint);
            match label(loaded, loaded.program.root, "") {
                Some(label) => diagnostic.at(label),
                None => diagnostic,
            }
        }
    }
}

fn stopped(what: &str) -> Diagnostic {
    Diagnostic::error(&codes::E0801, format!("{what} was stopped before its end"))
        .hint("give it more time, differentiate a part, or ask for a lower order")
}

fn label(loaded: &Loaded, id: ExprId, text: impl Into<String>) -> Option<Label> {
    loaded.program.spans.get(&id).map(|span| Label::new(loaded.source, *span, text))
}
