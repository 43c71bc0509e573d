//! The place in the words, the errors so far, and the limits.

use beltrami_diag::{Code, Diagnostic, Label, SourceId, Span, codes};

use super::{MAX_DEPTH, MAX_NESTING};
use crate::lexer::{Lexed, MAX_ERRORS};
use crate::token::{Token, TokenKind};
use crate::{Expr, ExprKind};

/// A tree under construction. It is boxed early to keep the frames of the recursion small.
pub(super) struct Node {
    pub expr: Box<Expr>,
    /// The number of its levels.
    pub depth: usize,
}

/// The state of the parser.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub source: SourceId,
    tokens: Vec<Token>,
    at: usize,
    /// Where the current statement starts: a line break before it does not end it.
    start: usize,
    /// The delimiters that are open, outermost first.
    pub open: Vec<Token>,
    /// Whether line breaks end statements outside delimiters.
    pub lines: bool,
    nesting: usize,
    errors: Vec<Diagnostic>,
    /// How many there were before the current statement.
    errors_before: usize,
    /// Where the last error was reported; more errors there would only repeat it.
    failed_at: Option<usize>,
    stopped: bool,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, source: SourceId, lexed: Lexed) -> Self {
        Self {
            text,
            source,
            tokens: lexed.tokens,
            at: 0,
            start: 0,
            open: Vec::new(),
            lines: false,
            nesting: 0,
            errors_before: lexed.errors.len(),
            errors: lexed.errors,
            failed_at: None,
            stopped: false,
        }
    }

    /// All errors in the order of their places.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.errors.sort_by_key(|error| error.primary.as_ref().map(|label| label.span));
        self.errors
    }

    /// The word where a value is expected: a line break does not matter, unless a new statement begins after it.
    pub fn operand(&self) -> TokenKind {
        if self.at_new_statement() { TokenKind::End } else { self.token(self.at).kind }
    }

    /// The word after a value: [`TokenKind::End`] where the statement ends.
    pub fn operator(&self) -> TokenKind {
        let line_ends = self.lines && self.open.is_empty();
        let token = self.token(self.at);
        let ended = line_ends && token.after_break && self.at > self.start;
        if ended || self.at_new_statement() || self.at_definitions() {
            TokenKind::End
        } else {
            token.kind
        }
    }

    /// `name =` or `name :` on a new line; inside delimiters it shows that one was not closed.
    fn at_new_statement(&self) -> bool {
        let next = || self.token(self.at + 1).kind;
        self.token(self.at).after_break
            && self.at > self.start
            && self.token(self.at).kind == TokenKind::Name
            && matches!(next(), TokenKind::Equals | TokenKind::Colon)
    }

    /// `where name =` after a value outside of delimiters, with which the bindings of a statement begin.
    pub fn at_definitions(&self) -> bool {
        let token = self.token(self.at);
        self.lines
            && self.open.is_empty()
            && self.at > self.start
            && token.kind == TokenKind::Name
            && self.slice(token) == "where"
            && self.token(self.at + 1).kind == TokenKind::Name
            && self.token(self.at + 2).kind == TokenKind::Equals
    }

    /// Takes the word.
    pub fn bump(&mut self) -> Token {
        let token = self.token(self.at);
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// The current word, whatever stands before it.
    pub fn current(&self) -> Token {
        self.token(self.at)
    }

    /// The word before the current one in this statement.
    pub fn previous(&self) -> Option<Token> {
        (self.at > self.start).then(|| self.token(self.at - 1))
    }

    /// A word further on.
    pub fn ahead(&self, count: usize) -> Token {
        self.token(self.at + count)
    }

    /// The place just after the last word, where something is missing.
    pub fn gap(&self) -> Span {
        Span::at(self.at.checked_sub(1).map_or(0, |before| self.token(before).span.end))
    }

    /// The text of a word.
    pub fn slice(&self, token: Token) -> &'a str {
        &self.text[token.span.start..token.span.end]
    }

    /// A name as it is known: the micro sign is the letter mu.
    pub fn name(&self, token: Token) -> String {
        self.slice(token).replace('µ', "μ")
    }

    /// Starts a statement at the current word.
    pub fn start_statement(&mut self) {
        self.start = self.at;
        self.errors_before = self.errors.len();
        self.failed_at = None;
        self.open.clear();
    }

    /// Whether there is any error so far.
    pub fn failed(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Whether this statement has errors, those of the lexer included.
    pub fn statement_failed(&self) -> bool {
        self.errors.len() > self.errors_before || self.failed_at.is_some()
    }

    /// Whether an error here would only repeat another.
    pub fn failed_here(&self) -> bool {
        let bad = |at: usize| self.token(at).kind == TokenKind::Bad;
        self.stopped
            || self.failed_at == Some(self.at)
            || bad(self.at)
            || (self.at > 0 && bad(self.at - 1))
            || self.errors.len() >= MAX_ERRORS
    }

    /// Reports what is wrong at the current word, at most once.
    #[cold]
    pub fn report(&mut self, error: Diagnostic) {
        if !self.failed_here() {
            self.errors.push(error);
        }
        self.failed_at = Some(self.at);
    }

    /// Lets no error be reported at the current word.
    pub fn mark_failed(&mut self) {
        self.failed_at = Some(self.at);
    }

    /// Reports what is wrong at an earlier place.
    #[cold]
    pub fn report_elsewhere(&mut self, error: Diagnostic) {
        if !self.stopped && self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
    }

    /// Whether a `;` stands before the current word.
    pub fn separated_by_semicolon(&self) -> bool {
        self.at > 0 && self.token(self.at - 1).kind == TokenKind::Semicolon
    }

    /// An error with its place.
    pub fn error(
        &self,
        code: &'static Code,
        message: impl Into<String>,
        span: Span,
        label: &str,
    ) -> Diagnostic {
        Diagnostic::error(code, message).at(self.label(span, label))
    }

    pub fn label(&self, span: Span, text: &str) -> Label {
        Label::new(self.source, span, text)
    }

    /// Goes one level down, unless that is too deep; then the rest of the text is given up.
    pub fn enter(&mut self) -> bool {
        if self.nesting >= MAX_NESTING {
            self.give_up(
                self.current().span,
                &format!("more than {MAX_NESTING} levels are nested here"),
            );
            return false;
        }
        self.nesting += 1;
        true
    }

    pub fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Makes a node over parts of which the deepest has `depth` levels.
    pub fn node(&mut self, kind: ExprKind, span: Span, depth: usize) -> Node {
        if depth >= MAX_DEPTH {
            let message = format!("this chain of operators has more than {MAX_DEPTH} levels");
            self.give_up(Span::new(span.end.saturating_sub(1), span.end), &message);
            return self.missing();
        }
        Node { expr: Box::new(Expr { kind, span }), depth: depth + 1 }
    }

    /// The node for a value that is not there.
    pub fn missing(&self) -> Node {
        Node { expr: Box::new(Expr { kind: ExprKind::Error, span: self.gap() }), depth: 1 }
    }

    #[cold]
    fn give_up(&mut self, span: Span, message: &str) {
        if !self.stopped {
            let error = self.error(&codes::E0105, message, span, "too deep here");
            self.errors.push(error.hint("name parts with bindings: `r = A*x - y`"));
        }
        self.stopped = true;
        self.at = self.tokens.len() - 1;
    }

    fn token(&self, at: usize) -> Token {
        // The lexer ends every text with `End`, so there is a last word.
        self.tokens[at.min(self.tokens.len() - 1)]
    }
}
