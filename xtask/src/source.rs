//! Rust sources taken apart into code, texts and comments, as far as the checks need it.

/// A piece of a source file.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Code between texts and comments.
    Code(&'a str),
    /// The inside of a string literal.
    Text(&'a str),
    /// A comment with its marker.
    Comment(&'a str),
}

/// The part before the tests that stand in the file itself.
pub fn without_tests(source: &str) -> &str {
    source.find("#[cfg(test)]\nmod tests {").map_or(source, |place| &source[..place])
}

/// The pieces with the line each starts on.
pub fn pieces(source: &str) -> Vec<(usize, Piece<'_>)> {
    let mut pieces = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while !rest.is_empty() {
        let start = literal_or_comment(rest);
        let (code, after) = rest.split_at(start);
        if !code.is_empty() {
            pieces.push((line, Piece::Code(code)));
            line += code.matches('\n').count();
        }
        let (piece, length) = special(after);
        if length == 0 {
            break;
        }
        pieces.push((line, piece));
        line += after[..length].matches('\n').count();
        rest = &after[length..];
    }
    pieces
}

/// Where the next string literal or comment starts.
fn literal_or_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at,
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => return at,
            b'r' if raw_hashes(&bytes[at..]).is_some() && !follows_word(bytes, at) => return at,
            b'\'' => at += character_length(&text[at..]),
            _ => at += 1,
        }
    }
    bytes.len()
}

fn follows_word(bytes: &[u8], at: usize) -> bool {
    at > 0
        && (bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'b' || bytes[at - 1] == b'_')
}

/// The number of `#` of a raw string that starts here.
fn raw_hashes(bytes: &[u8]) -> Option<usize> {
    let hashes = bytes[1..].iter().take_while(|byte| **byte == b'#').count();
    (bytes.get(1 + hashes) == Some(&b'"')).then_some(hashes)
}

/// The length of a character literal, or 1 for the quote of a lifetime.
fn character_length(text: &str) -> usize {
    let mut inside = text[1..].chars();
    match inside.next() {
        Some('\\') => text[3..].find('\'').map_or(1, |end| end + 4),
        Some(c) if inside.next() == Some('\'') => c.len_utf8() + 2,
        _ => 1,
    }
}

fn special(text: &str) -> (Piece<'_>, usize) {
    if text.starts_with("//") {
        let end = text.find('\n').unwrap_or(text.len());
        return (Piece::Comment(&text[..end]), end);
    }
    if text.starts_with("/*") {
        let end = text.find("*/").map_or(text.len(), |end| end + 2);
        return (Piece::Comment(&text[..end]), end);
    }
    if text.starts_with('r') {
        let hashes = raw_hashes(text.as_bytes()).unwrap_or(0);
        let close = format!("\"{}", "#".repeat(hashes));
        let open = hashes + 2;
        let end = text[open..].find(&close).map_or(text.len(), |end| open + end);
        return (Piece::Text(&text[open..end]), (end + close.len()).min(text.len()));
    }
    if text.starts_with('"') {
        let bytes = text.as_bytes();
        let mut end = 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        return (Piece::Text(&text[1..end]), (end + 1).min(text.len()));
    }
    (Piece::Code(""), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_are_found() {
        let source =
            "let a = \"x\\\"y\"; // \"no\"\nlet b = '\"'; let c: &'static str = r#\"q\"#; /* z */";
        let texts: Vec<&str> = pieces(source)
            .into_iter()
            .filter_map(|(_, piece)| match piece {
                Piece::Text(text) => Some(text),
                _ => None,
            })
            .collect();
        assert_eq!(texts, ["x\\\"y", "q"]);
        let comments: Vec<usize> = pieces(source)
            .into_iter()
            .filter(|(_, piece)| matches!(piece, Piece::Comment(_)))
            .map(|(line, _)| line)
            .collect();
        assert_eq!(comments, [1, 2]);
    }
}
