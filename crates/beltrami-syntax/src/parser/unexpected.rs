//! What to say of words in the wrong place. Nothing here runs on a correct text.

use beltrami_diag::{Diagnostic, Span, codes};

use super::cursor::{Cursor, Node};
use crate::Expr;
use crate::token::{Token, TokenKind};

pub(super) const ABSOLUTE_VALUE: &str =
    "the absolute value is `abs(x)`, the norm `norm2(x)`, the determinant `det(A)`";
const PRODUCTS: &str = "matrix product is `*`, element-wise `.*`, power `^`";

impl Cursor<'_> {
    /// Whether the word after a value is wrong, but the expression clearly goes on.
    pub fn continues_wrongly(&self, kind: TokenKind) -> bool {
        use TokenKind::{At, Backslash, Bad, Dot, StarStar};
        matches!(kind, StarStar | Dot | At | Backslash)
            || kind.starts_value()
            || (kind == Bad && self.value_follows())
    }

    /// Reports a wrong operator or a missing one, takes it, and says where it stands.
    #[cold]
    pub fn report_wrong_operator(&mut self, lhs: &Expr) -> Span {
        let token = self.current();
        if token.kind.starts_value() {
            let error = self.side_by_side(lhs, token);
            self.report(error);
            return self.gap();
        }
        let error = self.wrong_operator(lhs, token);
        self.report(error);
        self.bump();
        while self.operand() == TokenKind::Bad {
            self.bump();
        }
        // A missing right operand would only repeat this error.
        self.mark_failed();
        token.span
    }

    /// Reports that a value is missing, and stands in for it.
    #[cold]
    pub fn value_expected(&mut self) -> Node {
        let token = self.current();
        let kind = self.operand();
        if kind.is_closer() && self.open.is_empty() {
            self.unmatched();
            self.bump();
            self.skip_entry();
            return self.missing();
        }
        let error = self.value_expected_error(kind, token);
        self.report(error);
        let stays = kind.is_operator()
            || kind.is_closer()
            || matches!(kind, TokenKind::Comma | TokenKind::Semicolon | TokenKind::End);
        if !stays {
            self.bump();
            self.skip_entry();
        }
        self.missing()
    }

    /// Reports text after a complete expression, and skips it.
    #[cold]
    pub fn leftover(&mut self) {
        let token = self.current();
        if self.statement_failed() {
            // The error before this left the rest behind.
        } else if token.kind.is_closer() {
            self.unmatched();
        } else {
            let error = self.leftover_error(token);
            self.report(error);
        }
        self.bump();
        self.skip_statement();
    }

    /// A word as messages show it.
    pub fn shown(&self, token: Token) -> String {
        shortened(self.slice(token))
    }

    fn value_follows(&self) -> bool {
        let mut count = 1;
        while self.ahead(count).kind == TokenKind::Bad {
            count += 1;
        }
        let next = self.ahead(count);
        next.kind.starts_value() && !(self.lines && self.open.is_empty() && next.after_break)
    }

    fn unmatched(&mut self) {
        let token = self.current();
        let closer = token.kind.delimiter();
        let error = self.error(
            &codes::E0103,
            format!("unmatched `{closer}`"),
            token.span,
            "nothing is open here",
        );
        self.report(error);
    }

    fn side_by_side(&self, lhs: &Expr, token: Token) -> Diagnostic {
        let left = self.last_word();
        let right = self.shown(token);
        let error = self.error(
            &codes::E0102,
            format!("expected an operator before `{right}`"),
            token.span,
            "an operator is missing before this",
        );
        let left_value = shortened(&self.text[lhs.span.start..lhs.span.end]);
        let starts_group = matches!(token.kind, TokenKind::LeftParen | TokenKind::LeftBracket);
        error.hint(match left {
            // A word of several small letters is more often a function than a variable.
            Some(name) if is_function_like(name) && !starts_group => {
                format!("`{name}({right})` applies a function, `{name}*{right}` is a product")
            }
            _ if starts_group => format!("a product is written with `*`: `{left_value}*{right}…`"),
            _ => format!("a product is written with `*`: `{left_value}*{right}`"),
        })
    }

    /// The name just before the current word.
    fn last_word(&self) -> Option<&str> {
        let previous = self.previous()?;
        (previous.kind == TokenKind::Name).then(|| self.slice(previous))
    }

    fn wrong_operator(&self, lhs: &Expr, token: Token) -> Diagnostic {
        let next = self.ahead(1);
        let left = shortened(&self.text[lhs.span.start..lhs.span.end]);
        let right = if next.kind.starts_value() { self.shown(next) } else { "b".to_string() };
        let (code, hint) = match token.kind {
            TokenKind::StarStar if next.kind == TokenKind::Number => {
                (&codes::E0102, format!("power is `^`: `{left}^{right}`, element-wise `.^`"))
            }
            TokenKind::StarStar => (&codes::E0102, PRODUCTS.to_string()),
            TokenKind::At => (&codes::E0101, format!("matrix product is `*`: `{left}*{right}`")),
            TokenKind::Backslash => {
                (&codes::E0101, format!("a linear system is solved by `inv({left})*{right}`"))
            }
            _ => (&codes::E0101, PRODUCTS.to_string()),
        };
        self.error(
            code,
            format!("unexpected `{}`", self.shown(token)),
            token.span,
            "no such operator",
        )
        .hint(hint)
    }

    fn value_expected_error(&self, kind: TokenKind, token: Token) -> Diagnostic {
        let previous = self.previous().filter(|previous| previous.kind.is_operator());
        if kind == TokenKind::End
            || matches!(kind, TokenKind::Semicolon)
            || (kind.is_closer() && previous.is_some())
        {
            return self.ends_too_early();
        }
        let found = self.shown(token);
        if let (true, Some(first)) = (kind.is_operator(), previous) {
            return self
                .error(
                    &codes::E0108,
                    format!("two operators in a row: `{}` and `{found}`", self.shown(first)),
                    token.span,
                    "a value is missing before this",
                )
                .also(self.label(first.span, "the first operator"))
                .hint("write the value between them, or remove one of them");
        }
        let error = self.error(
            &codes::E0102,
            format!("expected an expression, found `{found}`"),
            token.span,
            "a value is missing here",
        );
        match kind {
            TokenKind::Pipe => error.hint(ABSOLUTE_VALUE),
            TokenKind::Quote => {
                error.hint("`'` is the transpose; a text stands between double quotes")
            }
            kind if kind.is_operator() && token.after_break => {
                error.hint(format!("to continue the line above, end that line with `{found}`"))
            }
            _ => error,
        }
    }

    fn ends_too_early(&self) -> Diagnostic {
        match self.previous() {
            Some(previous) => {
                let after = self.shown(previous);
                let message = format!("expected an expression after `{after}`");
                self.error(&codes::E0102, message, self.gap(), "a value is missing here")
            }
            None => {
                self.error(&codes::E0102, "expected an expression, found nothing", self.gap(), "")
            }
        }
    }

    /// `0 < x < 1`, which would compare a mask.
    pub fn report_chained_comparison(&mut self) {
        let token = self.current();
        let error = self
            .error(
                &codes::E0102,
                "two comparisons in a row",
                token.span,
                "this would compare the zeros and ones of the first",
            )
            .hint("both hold where their product is 1: `(0 < x).*(x < 1)`");
        self.report(error);
    }

    fn leftover_error(&self, token: Token) -> Diagnostic {
        use TokenKind::*;
        let found = self.shown(token);
        let what = if self.lines { "statement" } else { "expression" };
        let error = self.error(
            &codes::E0109,
            format!("unexpected `{found}` after the {what}"),
            token.span,
            &format!("the {what} is complete before this"),
        );
        match token.kind {
            Comma => error.hint("statements are separated by `;`, entries stand in `[a, b]`"),
            Colon => error.hint("a declaration is `name: type(sizes)`, as in `x: vector(n)`"),
            Semicolon => error.hint("one expression is expected here"),
            Equals => error.hint("a binding is `name = expression`"),
            Pipe => error.hint(ABSOLUTE_VALUE),
            _ => error,
        }
    }
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 24;
    let mut chars = text.chars();
    let mut shown: String =
        chars.by_ref().take(SHOWN).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

fn is_function_like(name: &str) -> bool {
    name.len() > 1 && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.is_ascii()
}
