//! Templates of operation records: `#1`, `#2`, … stand for the arguments.

/// Fills the holes; `argument` is told which one (counted from 0) and whether delimiters already enclose it.
pub(crate) fn fill(template: &str, mut argument: impl FnMut(usize, bool) -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    let mut before = 0;
    while let Some(at) = rest.find('#') {
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let after = at + 1 + digits;
        out.push_str(&rest[..at]);
        match rest[at + 1..after].parse::<usize>() {
            Ok(number) if number > 0 => {
                out.push_str(&argument(
                    number - 1,
                    encloses(&template[..before + at], &rest[after..]),
                ));
            }
            _ => out.push_str(&rest[at..after]),
        }
        before += after;
        rest = &rest[after..];
    }
    out.push_str(rest);
    out
}

fn encloses(before: &str, after: &str) -> bool {
    const OPENERS: [&str; 9] = ["(", "[", ",", "=", "&", "|", "\\lVert", "\\lvert", "\\|"];
    const CLOSERS: [&str; 11] =
        [")", "]", ",", "&", "|", "}", "\\right", "\\rVert", "\\rvert", "\\|", "\\\\"];
    let (before, after) = (before.trim_end(), after.trim_start());
    let closed = CLOSERS.iter().any(|closer| after.starts_with(closer));
    match before.strip_suffix('{') {
        // Bare braces are invisible; those of a command or of an index set their content apart.
        Some(owner) => {
            closed
                && owner.ends_with(|c: char| {
                    c.is_ascii_alphabetic() || matches!(c, '^' | '_' | '}' | ']')
                })
        }
        None => closed && OPENERS.iter().any(|opener| before.ends_with(opener)),
    }
}

#[cfg(test)]
mod tests {
    use super::fill;

    fn shown(template: &str) -> String {
        fill(template, |k, enclosed| if enclosed { format!("{k}") } else { format!("<{k}>") })
    }

    #[test]
    fn holes_between_delimiters_are_enclosed() {
        assert_eq!(shown(r"\operatorname{tr}\left(#1\right)"), r"\operatorname{tr}\left(0\right)");
        assert_eq!(shown(r"{#1}^{-1}"), r"{<0>}^{-1}");
        assert_eq!(shown(r"\frac{#1}{#2}"), r"\frac{0}{1}");
        assert_eq!(shown(r"\lVert #1 \rVert_{2}"), r"\lVert 0 \rVert_{2}");
        assert_eq!(shown("np.sum(#1 * #2)"), "np.sum(<0> * <1>)");
        assert_eq!(shown("f(#1, #2, axis=#3)"), "f(0, 1, axis=2)");
        assert_eq!(shown("#1.T # 0"), "<0>.T # 0");
    }
}
