//! Words to trees: a hand-written parser that always gives a tree and goes on after an error.

mod cursor;
mod declaration;
mod delimiter;
mod expression;
mod operand;
mod statement;
mod unexpected;

use beltrami_diag::{Diagnostic, Label, SourceId, Span, codes};

use crate::lexer::lex;
use crate::{Declaration, Expr, ExprKind, Program};
use cursor::Cursor;

/// Longer texts are refused.
pub const MAX_BYTES: usize = 1 << 20;
/// Texts of more words are refused.
pub const MAX_TOKENS: usize = 1 << 17;
/// How deep delimiters, signs and powers may be nested; this bounds the stack of the parser itself.
pub const MAX_NESTING: usize = 256;
/// How many levels a tree may have, chains such as `a + b + c` included; this bounds the stack of later passes.
pub const MAX_DEPTH: usize = 512;

/// A tree, and what was wrong with the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    /// The tree; complete if there are no errors.
    pub tree: T,
    /// All errors, in the order of their places.
    pub errors: Vec<Diagnostic>,
}

/// Reads one expression; line breaks are blanks.
pub fn parse_expression(text: &str, source: SourceId) -> Parsed<Expr> {
    parse(text, source, |cursor| cursor.whole_expression()).unwrap_or_else(|errors| Parsed {
        tree: Expr { kind: ExprKind::Error, span: Span::at(0) },
        errors,
    })
}

/// Reads a program: statements separated by line breaks or `;`, of which the last gives the result.
pub fn parse_program(text: &str, source: SourceId) -> Parsed<Program> {
    parse(text, source, |cursor| cursor.program())
        .unwrap_or_else(|errors| Parsed { tree: Program::default(), errors })
}

/// Reads a system of equations: statements as in a program, of which every bare expression, and every `a = b` whose left
/// side is no name, is an equation.
///
/// An equation is the expression that it says is zero, `a - b`; `name = b` stays a binding, which only the names of the
/// unknowns tell from an equation.
pub fn parse_equations(text: &str, source: SourceId) -> Parsed<Program> {
    parse(text, source, |cursor| cursor.equations())
        .unwrap_or_else(|errors| Parsed { tree: Program::default(), errors })
}

/// Reads declarations separated by `,`, `;` or line breaks; an empty text has none.
pub fn parse_declarations(text: &str, source: SourceId) -> Parsed<Vec<Declaration>> {
    parse(text, source, |cursor| cursor.declarations())
        .unwrap_or_else(|errors| Parsed { tree: Vec::new(), errors })
}

fn parse<T>(
    text: &str,
    source: SourceId,
    rule: impl FnOnce(&mut Cursor<'_>) -> T,
) -> Result<Parsed<T>, Vec<Diagnostic>> {
    if text.len() > MAX_BYTES {
        return Err(vec![too_large(format!("{} bytes; at most {MAX_BYTES} are read", text.len()))]);
    }
    let lexed = lex(text, source, MAX_TOKENS);
    if lexed.cut {
        let at = lexed.tokens.last().map_or(0, |token| token.span.end);
        let error = too_large(format!("more than {MAX_TOKENS} words"));
        return Err(vec![error.at(Label::new(source, Span::at(at), "this is too much"))]);
    }
    let mut cursor = Cursor::new(text, source, lexed);
    let tree = rule(&mut cursor);
    Ok(Parsed { tree, errors: cursor.finish() })
}

fn too_large(what: String) -> Diagnostic {
    Diagnostic::error(&codes::E0106, format!("the input has {what}"))
        .hint("give large constants as data")
}
