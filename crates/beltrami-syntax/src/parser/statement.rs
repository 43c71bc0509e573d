//! Statements and programs.

use beltrami_diag::{Span, codes};

use super::cursor::Cursor;
use crate::token::TokenKind;
use crate::{BinaryOp, Declaration, Expr, ExprKind, Program, Statement};

impl Cursor<'_> {
    /// A whole text of statements.
    pub fn program(&mut self) -> Program {
        self.lines = true;
        let mut program = Program::default();
        // Whether each statement is free of errors, so that no error follows from another.
        let mut sound = Vec::new();
        while self.next_statement() {
            self.report_doubtful_line(program.statements.last());
            let statement = self.statement();
            let separated =
                matches!(statement, Statement::Declare(_)) && self.operator() == TokenKind::Comma;
            for definition in self.definitions() {
                program.statements.push(definition);
                sound.push(true);
            }
            program.statements.push(statement);
            self.end_statement(separated);
            sound.push(!self.statement_failed());
        }
        self.report_unused(&program, &sound);
        if program.result().is_none() && !self.failed() {
            let missing = if program.statements.is_empty() {
                "expected an expression, found nothing"
            } else {
                "expected an expression after the declarations"
            };
            let error = self.error(&codes::E0102, missing, self.gap(), "");
            self.report(error);
        }
        program
    }

    /// A whole text of declarations.
    pub fn declarations(&mut self) -> Vec<Declaration> {
        self.lines = true;
        let mut declarations = Vec::new();
        while self.next_statement() {
            if self.at_declaration() {
                declarations.push(self.declaration());
                let separated = self.operator() == TokenKind::Comma;
                self.end_statement(separated);
            } else {
                self.report_no_declaration();
                self.bump();
                self.skip_statement();
            }
        }
        declarations
    }

    /// A whole text of equations among other statements.
    pub fn equations(&mut self) -> Program {
        self.lines = true;
        let mut program = Program::default();
        while self.next_statement() {
            self.report_doubtful_line(program.statements.last());
            let statement = match self.named_statement() {
                Some(statement) => statement,
                None => Statement::Expression(self.equation()),
            };
            let separated =
                matches!(statement, Statement::Declare(_)) && self.operator() == TokenKind::Comma;
            program.statements.push(statement);
            self.end_statement(separated);
        }
        if program.result().is_none() && !self.failed() {
            let error = self.error(&codes::E0102, "expected an equation", self.gap(), "");
            self.report(
                error.hint("an equation is `lhs = rhs`, or an expression that is to be zero"),
            );
        }
        program
    }

    /// One side, or the difference of both.
    fn equation(&mut self) -> Expr {
        let left = self.expression();
        if let ExprKind::Binary { op, op_span, .. } = left.expr.kind
            && op.compares()
        {
            let error = self
                .error(&codes::E0102, "a comparison is no equation", op_span, "`=` is expected")
                .hint("an equation is `lhs = rhs`; what is known of a variable stands in its declaration: `x: scalar > 0`");
            self.report(error);
        }
        if self.operator() != TokenKind::Equals {
            return *left.expr;
        }
        let op_span = self.bump().span;
        let right = self.expression();
        let span = Span::new(left.expr.span.start, right.expr.span.end);
        let depth = left.depth.max(right.depth);
        let kind = ExprKind::Binary { op: BinaryOp::Sub, op_span, lhs: left.expr, rhs: right.expr };
        *self.node(kind, span, depth).expr
    }

    /// Goes to the start of the next statement; false at the end of the text.
    fn next_statement(&mut self) -> bool {
        while self.current().kind == TokenKind::Semicolon {
            self.bump();
        }
        self.start_statement();
        self.current().kind != TokenKind::End
    }

    fn statement(&mut self) -> Statement {
        match self.named_statement() {
            Some(statement) => statement,
            None => Statement::Expression(*self.expression().expr),
        }
    }

    /// A declaration or a binding.
    fn named_statement(&mut self) -> Option<Statement> {
        if self.at_declaration() {
            return Some(Statement::Declare(self.declaration()));
        }
        if self.current().kind == TokenKind::Name && self.ahead(1).kind == TokenKind::Equals {
            let token = self.bump();
            self.bump();
            let value = *self.expression().expr;
            let (name, name_span) = (self.name(token), token.span);
            return Some(Statement::Let { name, name_span, value });
        }
        None
    }

    /// The bindings of `… where P = inv(A), r = A*x - y`, which stand after what they are for: nothing where none follow.
    ///
    /// A comma joins them, and lines may end after it.
    fn definitions(&mut self) -> Vec<Statement> {
        let mut definitions = Vec::new();
        let mut leads = self.at_definitions();
        while leads {
            self.bump();
            self.start_statement();
            let binds =
                self.current().kind == TokenKind::Name && self.ahead(1).kind == TokenKind::Equals;
            if !binds {
                let error = self.error(
                    &codes::E0102,
                    "expected `name = expression` after the comma",
                    self.current().span,
                    "",
                );
                self.report(error);
                break;
            }
            definitions.extend(self.named_statement());
            leads = self.current().kind == TokenKind::Comma;
        }
        definitions
    }

    /// Takes a comma after a declaration; anything else after a statement is reported.
    fn end_statement(&mut self, separated: bool) {
        if separated {
            self.bump();
            return;
        }
        match self.operator() {
            TokenKind::End | TokenKind::Semicolon => {}
            TokenKind::Equals => {
                let error = self
                    .error(
                        &codes::E0107,
                        "only a name can stand to the left of `=`",
                        self.current().span,
                        "what stands before this is an expression",
                    )
                    .hint("a binding is `name = expression`");
                self.report(error);
                self.skip_statement();
            }
            _ => self.leftover(),
        }
    }

    /// A line that starts with a sign could be meant to continue the line above.
    fn report_doubtful_line(&mut self, above: Option<&Statement>) {
        let token = self.current();
        let sign = matches!(token.kind, TokenKind::Plus | TokenKind::Minus);
        let separated = self.separated_by_semicolon();
        if sign
            && token.after_break
            && !separated
            && above.is_some_and(|above| above.value().is_some())
        {
            let sign = self.shown(token);
            let error = self
                .error(
                    &codes::E0108,
                    format!("does this `{sign}` continue the line above?"),
                    token.span,
                    "this could be read in two ways",
                )
                .hint(format!(
                    "end the line above with `{sign}` to continue it, or with `;` to end it"
                ));
            self.report(error);
        }
    }

    /// Only the last value of a program is its result, so any other bare expression is a mistake.
    fn report_unused(&mut self, program: &Program, sound: &[bool]) {
        let valued: Vec<usize> = (0..program.statements.len())
            .filter(|&at| program.statements[at].value().is_some())
            .collect();
        let Some((_, earlier)) = valued.split_last() else { return };
        for &at in earlier {
            if let Statement::Expression(value) = &program.statements[at]
                && sound[at]
            {
                let error = self
                    .error(
                        &codes::E0107,
                        "the value of this statement is not used",
                        value.span,
                        "only the last statement may be a bare expression",
                    )
                    .hint("bind it to a name: `r = …`");
                self.report_elsewhere(error);
            }
        }
    }
}
