//! Operators by precedence.
//!
//! From loose to tight: comparisons such as `>`, of which one stands without parentheses, then `+ -`, then `* / .* ./`, then signs, then `^ .^` (whose exponent may have a sign, so they
//! group to the right), then the postfix `'`. So `-x^2` is `-(x^2)`, and `A'^2` is `(A')^2`.

use super::cursor::{Cursor, Node};
use crate::token::TokenKind;
use crate::{BinaryOp, Expr, ExprKind, UnaryOp};

impl Cursor<'_> {
    /// A whole text that is one expression.
    pub fn whole_expression(&mut self) -> Expr {
        let node = self.expression();
        if self.operator() != TokenKind::End {
            self.leftover();
        }
        *node.expr
    }

    /// `a + b*c - …`, or two of them compared
    ///
    /// The three loose levels share one loop, because each frame here is paid for at every level of nesting.
    pub fn expression(&mut self) -> Node {
        let mut compared: Option<(Node, BinaryOp, beltrami_diag::Span)> = None;
        let mut sum = None;
        let mut product = self.signed();
        loop {
            let kind = self.operator();
            if let Some(op) = multiplication(kind) {
                product = self.binary(product, op);
            } else if let Some(op) = addition(kind) {
                let left = self.joined(sum, product);
                let op_token = self.bump();
                sum = Some((left, op, op_token.span));
                product = self.signed();
            } else if let Some(op) = comparison(kind) {
                if compared.is_some() {
                    self.report_chained_comparison();
                }
                let left = self.joined(sum.take(), product);
                let left = self.joined(compared.take(), left);
                let op_token = self.bump();
                compared = Some((left, op, op_token.span));
                product = self.signed();
            } else if self.continues_wrongly(kind) {
                product = self.wrong_product(product);
            } else {
                let last = self.joined(sum, product);
                return self.joined(compared, last);
            }
        }
    }

    /// The sum so far and its next term.
    fn joined(&mut self, sum: Option<(Node, BinaryOp, beltrami_diag::Span)>, term: Node) -> Node {
        match sum {
            Some((left, op, op_span)) => self.combine(left, op, op_span, term),
            None => term,
        }
    }

    /// The operator and its right operand, which binds as tightly as a sign.
    fn binary(&mut self, lhs: Node, op: BinaryOp) -> Node {
        let op_token = self.bump();
        let rhs = self.signed();
        self.combine(lhs, op, op_token.span, rhs)
    }

    /// Something between two values that is no operator, or nothing at all; read as a product.
    fn wrong_product(&mut self, lhs: Node) -> Node {
        let op_span = self.report_wrong_operator(&lhs.expr);
        let rhs = self.signed();
        self.combine(lhs, BinaryOp::Mul, op_span, rhs)
    }

    fn combine(
        &mut self,
        lhs: Node,
        op: BinaryOp,
        op_span: beltrami_diag::Span,
        rhs: Node,
    ) -> Node {
        let span = lhs.expr.span.join(rhs.expr.span);
        let depth = lhs.depth.max(rhs.depth);
        self.node(ExprKind::Binary { op, op_span, lhs: lhs.expr, rhs: rhs.expr }, span, depth)
    }

    /// `-a`, `+a`, or a power
    pub fn signed(&mut self) -> Node {
        let op = match self.operand() {
            TokenKind::Minus => UnaryOp::Neg,
            TokenKind::Plus => UnaryOp::Plus,
            _ => return self.power(),
        };
        if !self.enter() {
            return self.missing();
        }
        let sign = self.bump();
        let inner = self.signed();
        self.leave();
        let span = sign.span.join(inner.expr.span);
        self.node(ExprKind::Unary(op, inner.expr), span, inner.depth)
    }

    /// `a^b`
    fn power(&mut self) -> Node {
        let base = self.postfix();
        let op = match self.operator() {
            TokenKind::Caret => BinaryOp::Pow,
            TokenKind::DotCaret => BinaryOp::EPow,
            _ => return base,
        };
        if !self.enter() {
            return self.missing();
        }
        let node = self.binary(base, op);
        self.leave();
        node
    }

    /// `A'`, `x[i]` and `x²`
    fn postfix(&mut self) -> Node {
        let mut node = self.value();
        loop {
            node = match self.operator() {
                TokenKind::Quote => {
                    let quote = self.bump();
                    let span = node.expr.span.join(quote.span);
                    self.node(ExprKind::Transpose(node.expr), span, node.depth)
                }
                TokenKind::Squared => self.superscript(node, "2"),
                TokenKind::Cubed => self.superscript(node, "3"),
                TokenKind::LeftBracket => self.index(node),
                _ => return node,
            };
        }
    }

    fn superscript(&mut self, base: Node, digit: &str) -> Node {
        let token = self.bump();
        let value = if digit == "2" { 2.0 } else { 3.0 };
        let exponent = self.node(ExprKind::Number(digit.to_string(), value), token.span, 0);
        self.combine(base, BinaryOp::Pow, token.span, exponent)
    }
}

fn addition(kind: TokenKind) -> Option<BinaryOp> {
    match kind {
        TokenKind::Plus => Some(BinaryOp::Add),
        TokenKind::Minus => Some(BinaryOp::Sub),
        _ => None,
    }
}

fn comparison(kind: TokenKind) -> Option<BinaryOp> {
    match kind {
        TokenKind::Greater => Some(BinaryOp::Greater),
        TokenKind::GreaterEquals => Some(BinaryOp::AtLeast),
        TokenKind::Less => Some(BinaryOp::Less),
        TokenKind::LessEquals => Some(BinaryOp::AtMost),
        TokenKind::EqualsEquals => Some(BinaryOp::Equal),
        TokenKind::NotEquals => Some(BinaryOp::Unequal),
        _ => None,
    }
}

fn multiplication(kind: TokenKind) -> Option<BinaryOp> {
    match kind {
        TokenKind::Star => Some(BinaryOp::Mul),
        TokenKind::Slash => Some(BinaryOp::Div),
        TokenKind::DotStar => Some(BinaryOp::EMul),
        TokenKind::DotSlash => Some(BinaryOp::EDiv),
        _ => None,
    }
}
