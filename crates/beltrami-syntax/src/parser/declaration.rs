//! Declarations: names, a type with its sizes, and facts.

use beltrami_diag::{Span, codes, nearest};

use super::cursor::Cursor;
use crate::token::{Token, TokenKind};
use crate::{Declaration, Expr, Fact, FactKind, TypeName};

impl Cursor<'_> {
    /// `name:` or `name, name:`
    pub fn at_declaration(&self) -> bool {
        let mut count = 0;
        while self.ahead(count).kind == TokenKind::Name {
            match self.ahead(count + 1).kind {
                TokenKind::Colon => return true,
                TokenKind::Comma => count += 2,
                _ => return false,
            }
        }
        false
    }

    /// A declaration; the cursor is where [`Self::at_declaration`] holds.
    pub fn declaration(&mut self) -> Declaration {
        let first = self.current().span;
        let mut names = Vec::new();
        loop {
            let token = self.bump();
            names.push((self.name(token), token.span));
            if self.bump().kind == TokenKind::Colon {
                break;
            }
        }
        let colon = self.gap();
        let (ty, ty_span) = self.type_name();
        let mut declaration = Declaration {
            names,
            ty: ty.unwrap_or(TypeName::Matrix),
            ty_span,
            sizes: vec![],
            facts: vec![],
            span: first,
        };
        if ty_span.is_empty() {
            declaration.ty_span = colon;
        }
        if self.operator() == TokenKind::LeftParen
            && let Some(open) = self.open_delimiter()
        {
            let (sizes, _, end) = self.arguments(open);
            if let Some(ty) = ty {
                self.check_sizes(ty, &sizes, ty_span.join(end));
                declaration.sizes = sizes;
            }
        }
        while let Some(fact) = self.fact() {
            if ty == Some(TypeName::Size) {
                let error = self
                    .error(&codes::E0107, "a size has no conditions", fact.span, "not for a size")
                    .hint("write `name: size`; sizes are whole numbers from 1");
                self.report_elsewhere(error);
            }
            declaration.facts.push(fact);
        }
        declaration.span = first.join(self.gap());
        declaration
    }

    /// Reports a statement that is no declaration where only these may stand.
    #[cold]
    pub fn report_no_declaration(&mut self) {
        let token = self.current();
        let error = self
            .error(
                &codes::E0107,
                format!("expected a declaration, found `{}`", self.shown(token)),
                token.span,
                "a declaration starts with a name and `:`",
            )
            .hint("write `name: type(sizes)`, as in `x: vector(n)`");
        self.report(error);
    }

    /// The type, or none after an error, and its place.
    fn type_name(&mut self) -> (Option<TypeName>, Span) {
        let kind = self.operator();
        let token = self.current();
        if kind != TokenKind::Name {
            let span = if kind == TokenKind::End { self.gap() } else { token.span };
            let error = self
                .error(&codes::E0107, "expected a type", span, "a type is missing here")
                .hint("the types are scalar, vector(n), row(n), matrix(m, n), symmetric(n), spd(n), …");
            self.report(error);
            self.skip_entry();
            return (None, Span::at(span.start));
        }
        let name = self.slice(token);
        let ty = TypeName::find(name);
        if ty.is_none() {
            let error = self.error(
                &codes::E0107,
                format!("unknown type `{name}`"),
                token.span,
                "no such type",
            );
            let known = TypeName::ALL.map(TypeName::name);
            let error = match nearest(name, known) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("the types are {}", known.join(", "))),
            };
            self.report(error);
        }
        self.bump();
        if ty.is_none() && self.operator() != TokenKind::LeftParen {
            self.skip_entry();
        }
        (ty, token.span)
    }

    fn check_sizes(&mut self, ty: TypeName, sizes: &[Expr], span: Span) {
        if let Some(wrong) = sizes.iter().find(|size| !Declaration::is_size(size)) {
            let error = self
                .error(&codes::E0207, "this is not a size", wrong.span, "cannot be a size")
                .hint("sizes are sums and products of names and whole numbers, as in `m*n + 1`");
            self.report_elsewhere(error);
        }
        let expected = ty.size_count();
        if !sizes.is_empty() && sizes.len() != expected {
            let name = ty.name();
            let count = |count: usize| match count {
                0 => "no size".to_string(),
                1 => "1 size".to_string(),
                more => format!("{more} sizes"),
            };
            let message = format!("`{name}` has {}, not {}", count(expected), sizes.len());
            let error =
                self.error(&codes::E0107, message, span, "").hint(match (ty, sizes.len()) {
                    (TypeName::Matrix, 1) => "a square matrix is `matrix(n, n)`".to_string(),
                    (_, 2) => {
                        "a matrix of two sizes without structure is `matrix(m, n)`".to_string()
                    }
                    _ => format!("write `{name}{}`", ["", "(n)", "(m, n)"][expected.min(2)]),
                });
            self.report_elsewhere(error);
        }
    }

    /// `> 0`, `>= 0`, `in (-1, 1)` or `+-1`; none if something else follows.
    fn fact(&mut self) -> Option<Fact> {
        let token = self.current();
        let kind = match self.operator() {
            TokenKind::Greater => self.bound().map(FactKind::Greater),
            TokenKind::GreaterEquals => self.bound().map(FactKind::AtLeast),
            TokenKind::Less => self.bound().map(FactKind::Less),
            TokenKind::LessEquals => self.bound().map(FactKind::AtMost),
            TokenKind::Name if self.slice(token) == "in" => self.interval(),
            TokenKind::PlusMinus => self.signs(1),
            TokenKind::Plus if self.ahead(1).kind == TokenKind::Minus => self.signs(2),
            _ => return None,
        };
        match kind {
            Some(kind) => Some(Fact { kind, span: token.span.join(self.gap()) }),
            None => {
                self.report_fact();
                self.skip_entry();
                None
            }
        }
    }

    fn bound(&mut self) -> Option<f64> {
        self.bump();
        self.signed_number()
    }

    fn interval(&mut self) -> Option<FactKind> {
        self.bump();
        let open = self.operator();
        let closer = open.closer()?;
        self.bump();
        let Some((low, high)) = self.bounds(closer) else {
            self.report_fact();
            self.skip_past(closer);
            return None;
        };
        Some(if open == TokenKind::LeftParen {
            FactKind::Open(low, high)
        } else {
            FactKind::Closed(low, high)
        })
    }

    /// `-1, 1)` after the opening delimiter
    fn bounds(&mut self, closer: TokenKind) -> Option<(f64, f64)> {
        let low = self.signed_number()?;
        self.take(TokenKind::Comma)?;
        let high = self.signed_number()?;
        self.take(closer)?;
        Some((low, high))
    }

    fn signs(&mut self, words: usize) -> Option<FactKind> {
        for _ in 0..words {
            self.bump();
        }
        let number = self.take(TokenKind::Number)?;
        (self.slice(number) == "1").then_some(FactKind::Signs)
    }

    fn signed_number(&mut self) -> Option<f64> {
        let mut sign = 1.0;
        match self.operator() {
            TokenKind::Minus => {
                sign = -1.0;
                self.bump();
            }
            TokenKind::Plus => {
                self.bump();
            }
            _ => {}
        }
        let token = self.current();
        match self.operator() {
            TokenKind::Number => {}
            TokenKind::Name if self.slice(token) == "inf" => {}
            _ => return None,
        }
        self.bump();
        self.slice(token).parse().ok().map(|value: f64| sign * value)
    }

    fn take(&mut self, kind: TokenKind) -> Option<Token> {
        (self.operator() == kind).then(|| self.bump())
    }

    #[cold]
    fn report_fact(&mut self) {
        let token = self.current();
        let span = if self.operator() == TokenKind::End { self.gap() } else { token.span };
        let error = self
            .error(&codes::E0107, "this fact cannot be read", span, "expected a number here")
            .hint("facts are `> 0`, `>= 0`, `< 0`, `<= 0`, `in (-1, 1)`, `in [0, 1]`, `+-1`");
        self.report(error);
    }
}
