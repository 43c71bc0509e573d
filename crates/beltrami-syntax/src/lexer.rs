//! Text to words.

use beltrami_diag::{Diagnostic, Label, SourceId, Span, codes};

use crate::token::{Token, TokenKind};

/// After this many errors no more are reported.
pub(crate) const MAX_ERRORS: usize = 50;

/// All words of a text, ended by [`TokenKind::End`].
pub(crate) struct Lexed {
    pub tokens: Vec<Token>,
    pub errors: Vec<Diagnostic>,
    /// Whether the text went on after `max_tokens` words.
    pub cut: bool,
}

/// Splits a text into at most `max_tokens` words.
pub(crate) fn lex(text: &str, source: SourceId, max_tokens: usize) -> Lexed {
    let mut lexer = Lexer {
        text,
        source,
        at: 0,
        after_break: false,
        lexed: Lexed { tokens: vec![], errors: vec![], cut: false },
    };
    while lexer.skip_blank() {
        if lexer.lexed.tokens.len() >= max_tokens {
            lexer.lexed.cut = true;
            break;
        }
        lexer.word();
    }
    let end = lexer.lexed.tokens.last().map_or(0, |token| token.span.end);
    lexer.lexed.tokens.push(Token {
        kind: TokenKind::End,
        span: Span::at(end),
        after_break: false,
    });
    lexer.lexed
}

struct Lexer<'a> {
    text: &'a str,
    source: SourceId,
    at: usize,
    after_break: bool,
    lexed: Lexed,
}

impl Lexer<'_> {
    /// Skips blanks and comments; false at the end of the text.
    fn skip_blank(&mut self) -> bool {
        while let Some(c) = self.peek() {
            match c {
                '\n' => self.after_break = true,
                '#' | '%' => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                c if c.is_whitespace() || c == '\u{feff}' => {}
                _ => return true,
            }
            self.at += c.len_utf8();
        }
        false
    }

    fn word(&mut self) {
        let start = self.at;
        let Some(first) = self.peek() else { return };
        if first.is_ascii_digit() || (first == '.' && self.digit_at(start + 1)) {
            self.number();
        } else if starts_name(first) {
            self.skip_while(continues_name);
            self.push(TokenKind::Name, start);
        } else if first == '"' {
            self.text();
        } else if let Some((kind, len)) = symbol(&self.text[start..]) {
            self.at += len;
            self.push(kind, start);
        } else {
            self.skip_while(|c| {
                !(c.is_whitespace()
                    || starts_name(c)
                    || c.is_ascii_digit()
                    || matches!(c, '"' | '#' | '%')
                    || symbol(c.encode_utf8(&mut [0; 4])).is_some())
            });
            self.push(TokenKind::Bad, start);
            self.unexpected(first, start);
        }
    }

    /// `12`, `0.5`, `.5`, `2.` and `1e-3`; the dot of `2.*y` belongs to the operator.
    fn number(&mut self) {
        let start = self.at;
        self.skip_while(|c| c.is_ascii_digit());
        if self.peek() == Some('.')
            && !matches!(self.byte(self.at + 1), Some(b'*' | b'/' | b'^' | b'\''))
        {
            self.at += 1;
            self.skip_while(|c| c.is_ascii_digit());
        }
        if matches!(self.byte(self.at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.byte(self.at + 1), Some(b'+' | b'-')));
            if self.digit_at(self.at + 1 + sign) {
                self.at += 1 + sign;
                self.skip_while(|c| c.is_ascii_digit());
            }
        }
        if self.peek() == Some('.') && self.digit_at(self.at + 1) {
            self.skip_while(|c| c.is_ascii_digit() || c == '.');
            self.push(TokenKind::Bad, start);
            self.malformed(
                start,
                "this number has more than one decimal point",
                "write one number, as in `1.25`",
            );
            return;
        }
        let value: Result<f64, _> = self.text[start..self.at].parse();
        if value.is_ok_and(f64::is_finite) {
            self.push(TokenKind::Number, start);
        } else {
            self.push(TokenKind::Bad, start);
            self.malformed(
                start,
                "this number is too large for double precision",
                "the largest is about 1.8e308",
            );
        }
    }

    fn text(&mut self) {
        let start = self.at;
        self.at += 1;
        self.skip_while(|c| c != '"' && c != '\n');
        if self.peek() == Some('"') {
            self.at += 1;
            self.push(TokenKind::Text, start);
        } else {
            self.push(TokenKind::Bad, start);
            self.malformed(start, "this text is not closed", "close it with `\"` on the same line");
        }
    }

    fn malformed(&mut self, start: usize, message: &str, hint: &str) {
        let label = Label::new(self.source, Span::new(start, self.at), "");
        self.report(|| Diagnostic::error(&codes::E0104, message).at(label).hint(hint));
    }

    fn unexpected(&mut self, c: char, start: usize) {
        let label = Label::new(self.source, Span::new(start, self.at), "");
        self.report(|| {
            // What cannot be seen is written as its number; quotes are not escaped.
            let shown =
                if c.is_ascii_graphic() { c.to_string() } else { c.escape_debug().to_string() };
            let error = Diagnostic::error(&codes::E0101, format!("unexpected character `{shown}`"))
                .at(label);
            match way_out(c) {
                Some(hint) => error.hint(hint),
                None => error,
            }
        });
    }

    fn report(&mut self, error: impl FnOnce() -> Diagnostic) {
        if self.lexed.errors.len() < MAX_ERRORS {
            self.lexed.errors.push(error());
        }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let after_break = std::mem::take(&mut self.after_break) && !self.lexed.tokens.is_empty();
        self.lexed.tokens.push(Token { kind, span: Span::new(start, self.at), after_break });
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn digit_at(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte.is_ascii_digit())
    }

    fn skip_while(&mut self, belongs: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    }
}

fn starts_name(c: char) -> bool {
    let greek =
        matches!(c, 'µ' | '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}') && c.is_alphabetic();
    c.is_ascii_alphabetic() || c == '_' || greek
}

fn continues_name(c: char) -> bool {
    starts_name(c) || c.is_ascii_digit()
}

/// The sign at the start of a text, and its length in bytes.
fn symbol(text: &str) -> Option<(TokenKind, usize)> {
    use TokenKind::*;
    let mut chars = text.chars();
    let first = chars.next()?;
    let pair = match (first, chars.next()) {
        ('.', Some('*')) => Some(DotStar),
        ('.', Some('/')) => Some(DotSlash),
        ('.', Some('^')) => Some(DotCaret),
        ('.', Some('\'')) => Some(Quote),
        ('*', Some('*')) => Some(StarStar),
        ('>', Some('=')) => Some(GreaterEquals),
        ('<', Some('=')) => Some(LessEquals),
        ('=', Some('=')) => Some(EqualsEquals),
        ('~' | '!', Some('=')) => Some(NotEquals),
        _ => None,
    };
    if let Some(kind) = pair {
        return Some((kind, 2));
    }
    let kind = match first {
        '+' => Plus,
        '-' | '−' => Minus,
        '*' | '·' | '⋅' => Star,
        '/' => Slash,
        '^' => Caret,
        '⊙' => DotStar,
        '⊘' => DotSlash,
        '\'' | 'ᵀ' | 'ᵗ' | '’' | '′' => Quote,
        '²' => Squared,
        '³' => Cubed,
        '(' => LeftParen,
        ')' => RightParen,
        '[' => LeftBracket,
        ']' => RightBracket,
        ',' => Comma,
        ';' => Semicolon,
        ':' => Colon,
        '=' => Equals,
        '>' => Greater,
        '<' => Less,
        '≥' => GreaterEquals,
        '≤' => LessEquals,
        '≠' => NotEquals,
        '±' => PlusMinus,
        '.' => Dot,
        '@' => At,
        '\\' => Backslash,
        '|' => Pipe,
        _ => return None,
    };
    Some((kind, first.len_utf8()))
}

/// What to write instead of a character that is not part of the language.
fn way_out(c: char) -> Option<&'static str> {
    Some(match c {
        '×' => "the product is `*`, element-wise `.*`, Kronecker `kron(A, B)`",
        '⊗' => "the Kronecker product is `kron(A, B)`",
        '∘' => "the element-wise product is `.*`",
        '÷' => "the quotient is `/`, element-wise `./`",
        '√' => "the square root is `sqrt(x)`",
        '‖' | '∥' => "the norm of a vector is `norm2(x)`",
        '{' | '}' => "use `(` and `)`, or `[` and `]` for blocks",
        '“' | '”' | '„' => "a text stands between straight quotes `\"`",
        c if c.is_alphabetic() => "names are made of Latin and Greek letters, digits and `_`",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenKind::*;

    fn check(text: &str, expected: &[TokenKind]) {
        let lexed = lex(text, SourceId(0), 1000);
        let kinds: Vec<TokenKind> = lexed.tokens.iter().map(|token| token.kind).collect();
        let (end, words) = kinds.split_last().expect("there is always an end");
        assert_eq!((words, *end), (expected, End), "{text}");
    }

    #[test]
    fn the_dot_of_an_element_wise_operator_is_not_of_the_number() {
        check("2.*y", &[Number, DotStar, Name]);
        check("2.^x", &[Number, DotCaret, Name]);
        check("2./x", &[Number, DotSlash, Name]);
        check("2.5.*x", &[Number, DotStar, Name]);
        check("2..*x", &[Number, DotStar, Name]);
        check("2. *x", &[Number, Star, Name]);
        check("2.'", &[Number, Quote]);
        check(".5", &[Number]);
        check("1e-3", &[Number]);
        check("2.e3", &[Number]);
        check("1e", &[Number, Name]);
        check("2x", &[Number, Name]);
    }

    #[test]
    fn unicode_signs_are_synonyms() {
        check("A·B⊙C⊘D−Eᵀ", &[Name, Star, Name, DotStar, Name, DotSlash, Name, Minus, Name, Quote]);
        check("x²", &[Name, Squared]);
        check("λ*μ_1", &[Name, Star, Name]);
        check("A.'", &[Name, Quote]);
    }

    #[test]
    fn comments_are_blank_and_breaks_are_seen() {
        let lexed = lex("# head\na % b + c\n\n b", SourceId(0), 1000);
        let breaks: Vec<bool> = lexed.tokens.iter().map(|token| token.after_break).collect();
        assert_eq!(breaks, [false, true, false]);
    }

    #[test]
    fn what_is_wrong_is_one_word_and_one_error() {
        for (text, code) in
            [("a $$! b", "E0101"), ("1.2.3", "E0104"), ("1e999", "E0104"), ("\"ab", "E0104")]
        {
            let lexed = lex(text, SourceId(0), 1000);
            let codes: Vec<&str> = lexed.errors.iter().map(|error| error.code.id).collect();
            assert_eq!(codes, [code], "{text}");
            assert_eq!(lexed.tokens.iter().filter(|token| token.kind == Bad).count(), 1, "{text}");
        }
    }
}
