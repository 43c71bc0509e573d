//! The words of the language.

use beltrami_diag::Span;

/// A word with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub span: Span,
    /// Whether a line break stands between this word and the one before.
    pub after_break: bool,
}

/// The kinds of words. Those in the last group are no part of the language, but well understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Number,
    Name,
    Text,

    Plus,
    Minus,
    Star,
    Slash,
    Caret,
    DotStar,
    DotSlash,
    DotCaret,
    Quote,
    Squared,
    Cubed,

    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    Comma,
    Semicolon,
    Colon,
    Equals,
    Greater,
    GreaterEquals,
    Less,
    LessEquals,
    PlusMinus,
    /// The end of the text; also what the parser sees at the end of a statement.
    End,

    StarStar,
    Dot,
    At,
    Backslash,
    Pipe,
    EqualsEquals,
    NotEquals,
    /// Something that the lexer has reported.
    Bad,
}

impl TokenKind {
    /// Whether a value can start with it, signs left out.
    pub fn starts_value(self) -> bool {
        use TokenKind::*;
        matches!(self, Number | Name | Text | LeftParen | LeftBracket)
    }

    /// Whether it stands between two values.
    pub fn is_operator(self) -> bool {
        use TokenKind::*;
        matches!(
            self,
            Plus | Minus
                | Star
                | Slash
                | Caret
                | DotStar
                | DotSlash
                | DotCaret
                | StarStar
                | Dot
                | At
                | Backslash
        )
    }

    /// The delimiter that closes this one.
    pub fn closer(self) -> Option<TokenKind> {
        match self {
            TokenKind::LeftParen => Some(TokenKind::RightParen),
            TokenKind::LeftBracket => Some(TokenKind::RightBracket),
            _ => None,
        }
    }

    /// Whether it closes a delimiter.
    pub fn is_closer(self) -> bool {
        matches!(self, TokenKind::RightParen | TokenKind::RightBracket)
    }

    /// A delimiter as it is written.
    pub fn delimiter(self) -> &'static str {
        match self {
            TokenKind::LeftParen => "(",
            TokenKind::RightParen => ")",
            TokenKind::LeftBracket => "[",
            _ => "]",
        }
    }
}
