//! Values: numbers, names, calls, entries, blocks, parentheses.

use super::cursor::{Cursor, Node};
use crate::token::{Token, TokenKind};
use crate::{Expr, ExprKind};

impl Cursor<'_> {
    /// A value without operators around it.
    pub fn value(&mut self) -> Node {
        while self.operand() == TokenKind::Bad {
            self.bump();
            self.mark_failed();
        }
        match self.operand() {
            TokenKind::Number | TokenKind::Text => self.literal(),
            TokenKind::Name if self.is_call() => self.call(),
            TokenKind::Name => self.variable(),
            TokenKind::LeftParen => self.group(),
            TokenKind::LeftBracket => self.block(),
            _ => self.value_expected(),
        }
    }

    /// `x[i]` and `A[i, j]`
    pub fn index(&mut self, base: Node) -> Node {
        let Some(open) = self.open_delimiter() else { return self.missing() };
        let (indices, depth) = self.indices();
        let end = self.close_delimiter(open);
        let span = base.expr.span.join(end);
        let depth = depth.max(base.depth);
        self.node(ExprKind::Index { base: base.expr, indices }, span, depth)
    }

    /// The arguments of a call or the sizes of a type, and the place of what closes them.
    pub fn arguments(&mut self, open: Token) -> (Vec<Expr>, usize, beltrami_diag::Span) {
        let (args, depth) =
            if self.operand() == TokenKind::RightParen { (Vec::new(), 0) } else { self.entries() };
        let end = self.close_delimiter(open);
        (args, depth, end)
    }

    fn is_call(&self) -> bool {
        let next = self.ahead(1);
        let same_line = !(self.lines && self.open.is_empty() && next.after_break);
        next.kind == TokenKind::LeftParen && same_line
    }

    fn literal(&mut self) -> Node {
        let token = self.bump();
        let text = self.slice(token);
        let kind = if token.kind == TokenKind::Text {
            ExprKind::Text(text.trim_matches('"').to_string())
        } else {
            // The lexer has checked that it is a finite number.
            let value = text.parse().unwrap_or(f64::NAN);
            ExprKind::Number(text.strip_suffix('.').unwrap_or(text).to_string(), value)
        };
        self.node(kind, token.span, 0)
    }

    fn variable(&mut self) -> Node {
        let token = self.bump();
        let name = self.name(token);
        self.node(ExprKind::Name(name), token.span, 0)
    }

    fn call(&mut self) -> Node {
        let token = self.bump();
        let Some(open) = self.open_delimiter() else { return self.missing() };
        let (args, depth, end) = self.arguments(open);
        let kind = ExprKind::Call { name: self.name(token), name_span: token.span, args };
        self.node(kind, token.span.join(end), depth)
    }

    fn group(&mut self) -> Node {
        let Some(open) = self.open_delimiter() else { return self.missing() };
        let inner = self.expression();
        let end = self.close_delimiter(open);
        self.node(ExprKind::Paren(inner.expr), open.span.join(end), inner.depth)
    }

    fn block(&mut self) -> Node {
        let Some(open) = self.open_delimiter() else { return self.missing() };
        let mut rows = Vec::new();
        let mut depth = 0;
        loop {
            let (row, row_depth) = self.entries();
            rows.push(row);
            depth = depth.max(row_depth);
            if self.operator() != TokenKind::Semicolon {
                break;
            }
            self.bump();
        }
        let end = self.close_delimiter(open);
        self.node(ExprKind::Block { rows }, open.span.join(end), depth)
    }

    /// Indices and ranges separated by commas, at least one, and the levels of the deepest.
    fn indices(&mut self) -> (Vec<Expr>, usize) {
        let mut entries = Vec::new();
        let mut depth = 0;
        loop {
            let entry = self.index_or_range();
            depth = depth.max(entry.depth);
            entries.push(*entry.expr);
            if self.operator() != TokenKind::Comma {
                return (entries, depth);
            }
            self.bump();
        }
    }

    /// `i`, `a:b` or `:`
    fn index_or_range(&mut self) -> Node {
        if self.operand() == TokenKind::Colon {
            let colon = self.bump();
            return self.node(ExprKind::Range(None), colon.span, 0);
        }
        let first = self.expression();
        if self.operator() != TokenKind::Colon {
            return first;
        }
        self.bump();
        let last = self.expression();
        let span = first.expr.span.join(last.expr.span);
        let depth = first.depth.max(last.depth);
        self.node(ExprKind::Range(Some(Box::new((*first.expr, *last.expr)))), span, depth)
    }

    /// Expressions separated by commas, at least one, and the levels of the deepest.
    fn entries(&mut self) -> (Vec<Expr>, usize) {
        let mut entries = Vec::new();
        let mut depth = 0;
        loop {
            let entry = self.expression();
            depth = depth.max(entry.depth);
            entries.push(*entry.expr);
            if self.operator() != TokenKind::Comma {
                return (entries, depth);
            }
            self.bump();
        }
    }
}
