//! The little of Markdown that the checks need: lines outside code, links, headings.

/// Each line outside fenced code, with its number from 1.
pub fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<&str> = None;
    text.lines().enumerate().filter_map(move |(place, line)| {
        let start = line.trim_start();
        let ticks = &start[..start.len() - start.trim_start_matches('`').len()];
        match fence {
            None if ticks.len() >= 3 => fence = Some(ticks),
            Some(open) if ticks == open => fence = None,
            None => return Some((place + 1, line)),
            Some(_) => {}
        }
        None
    })
}

/// The targets of the links in a line, inline code left out.
pub fn links(line: &str) -> Vec<String> {
    let plain = without_code(line);
    plain
        .match_indices("](")
        .filter_map(|(place, _)| plain[place + 2..].split_once(')'))
        .map(|(link, _)| link.trim().to_owned())
        .collect()
}

/// The line with its inline code blanked out.
pub fn without_code(line: &str) -> String {
    line.split('`')
        .enumerate()
        .filter(|(place, _)| place % 2 == 0)
        .map(|(_, part)| part)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The anchor of a heading, as GitHub and the manual write it.
pub fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' | '-' => Some('-'),
            c if c.is_alphanumeric() || c == '_' => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

/// The anchors of all headings.
pub fn anchors(text: &str) -> Vec<String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| slug(line.trim_start_matches('#')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_no_prose() {
        let text = "a [b](c.md)\n```sh\n[no](no.md)\n```\n`[no](no.md)` and [d](e.md#f)";
        let found: Vec<String> = prose(text).flat_map(|(_, line)| links(line)).collect();
        assert_eq!(found, ["c.md", "e.md#f"]);
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(
            anchors("# Add an operation\n## `tr(A)`: trace\n"),
            ["add-an-operation", "tra-trace"]
        );
    }
}
