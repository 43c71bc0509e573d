//! Delimiters: opening, closing, and going on when one is missing.

use beltrami_diag::{Span, codes};

use super::cursor::Cursor;
use crate::token::{Token, TokenKind};

impl Cursor<'_> {
    /// Takes the opening delimiter; none if that is too deep.
    pub fn open_delimiter(&mut self) -> Option<Token> {
        if !self.enter() {
            return None;
        }
        let open = self.bump();
        self.open.push(open);
        Some(open)
    }

    /// Takes the closing delimiter, or reports that it is missing; the place where it is or should be.
    pub fn close_delimiter(&mut self, open: Token) -> Span {
        let end = self.close(open);
        self.open.pop();
        self.leave();
        end
    }

    /// Skips to what ends an entry or the statement, over delimiters that are opened and closed on the way.
    pub fn skip_entry(&mut self) {
        self.skip(|kind| {
            matches!(kind, TokenKind::Comma | TokenKind::Semicolon) || kind.is_closer()
        });
    }

    /// Skips over a closing delimiter, or to the end of the line if it is not there.
    pub fn skip_past(&mut self, closer: TokenKind) {
        self.skip(|kind| kind == closer);
        if self.operator() != TokenKind::End {
            self.bump();
        }
        self.mark_failed();
    }

    /// Skips to the end of the statement.
    pub fn skip_statement(&mut self) {
        self.open.clear();
        self.skip(|kind| kind == TokenKind::Semicolon);
    }

    fn close(&mut self, open: Token) -> Span {
        let closer = open.kind.closer().unwrap_or(TokenKind::RightParen);
        // In a block `;` separates rows; elsewhere it ends the statement.
        let rows = open.kind == TokenKind::LeftBracket;
        let ends = |kind: TokenKind| {
            kind == TokenKind::End || kind.is_closer() || (kind == TokenKind::Semicolon && !rows)
        };
        let unexpected = !ends(self.operator());
        if unexpected {
            self.report_unexpected(open, closer);
            while !ends(self.operator()) {
                self.skip_entry();
                if matches!(self.operator(), TokenKind::Comma | TokenKind::Semicolon)
                    && !ends(self.operator())
                {
                    self.bump();
                }
            }
        }
        let kind = self.operator();
        let closes_outer = self.open.iter().any(|outer| outer.kind.closer() == Some(kind));
        if kind == closer {
            self.bump().span
        } else if kind.is_closer() && !closes_outer {
            self.report_wrong_closer(open, closer);
            self.bump().span
        } else {
            if !unexpected {
                self.report_missing(open, closer);
            }
            self.gap()
        }
    }

    /// `(a]`: the wrong delimiter closes.
    #[cold]
    fn report_wrong_closer(&mut self, open: Token, closer: TokenKind) {
        let token = self.current();
        let message =
            format!("`{}` is closed by `{}`", open.kind.delimiter(), token.kind.delimiter());
        let error = self
            .error(
                &codes::E0103,
                message,
                token.span,
                &format!("expected `{}`", closer.delimiter()),
            )
            .also(self.label(open.span, "opened here"));
        self.report(error);
    }

    #[cold]
    fn report_missing(&mut self, open: Token, closer: TokenKind) {
        let message = format!("missing `{}`", closer.delimiter());
        let error = self
            .error(
                &codes::E0103,
                message,
                self.gap(),
                &format!("expected `{}` here", closer.delimiter()),
            )
            .also(self.label(open.span, "opened here"));
        self.report(error);
    }

    /// Something inside delimiters that can neither go on nor end there.
    #[cold]
    fn report_unexpected(&mut self, open: Token, closer: TokenKind) {
        let token = self.current();
        let error = self
            .error(
                &codes::E0102,
                format!("unexpected `{}`", self.shown(token)),
                token.span,
                &format!("expected an operator or `{}`", closer.delimiter()),
            )
            .also(self.label(open.span, "opened here"));
        let error = match token.kind {
            TokenKind::Comma => {
                error.hint("a row of entries is written `[a, b]`, a column `[a; b]`")
            }
            TokenKind::Pipe => error.hint(super::unexpected::ABSOLUTE_VALUE),
            _ => error,
        };
        self.report(error);
    }

    fn skip(&mut self, ends: impl Fn(TokenKind) -> bool) {
        let mut opened = 0usize;
        loop {
            let kind = self.operator();
            if kind == TokenKind::End || (opened == 0 && ends(kind)) {
                return;
            }
            if kind.closer().is_some() {
                opened += 1;
            } else if kind.is_closer() {
                opened = opened.saturating_sub(1);
            }
            self.bump();
        }
    }
}
