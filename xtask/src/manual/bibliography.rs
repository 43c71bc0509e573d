//! `crates/beltrami/references.bib` as a page, and the keys that pages may name.

use std::fmt::Write as _;

/// The works, in the order of the file.
pub struct Bibliography {
    works: Vec<Work>,
}

struct Work {
    key: String,
    fields: Vec<(String, String)>,
}

impl Bibliography {
    /// Reads entries whose fields stand one a line: `name = {value},`.
    pub fn parse(text: &str) -> Bibliography {
        let mut works: Vec<Work> = Vec::new();
        for line in text.lines().map(str::trim) {
            if let Some((_, key)) = line.strip_prefix('@').and_then(|rest| rest.split_once('{')) {
                works.push(Work { key: key.trim_end_matches(',').to_owned(), fields: Vec::new() });
            } else if let (Some((name, value)), Some(work)) =
                (line.split_once('='), works.last_mut())
            {
                let value = value.trim().trim_end_matches(',').trim_start_matches('{');
                let value = value.strip_suffix('}').unwrap_or(value);
                work.fields.push((name.trim().to_owned(), plain(value)));
            }
        }
        Bibliography { works }
    }

    /// Whether a work has this key.
    pub fn contains(&self, key: &str) -> bool {
        self.works.iter().any(|work| work.key == key)
    }

    /// The chapter that lists every work.
    pub fn page(&self) -> String {
        let mut page = String::from(
            "# References\n\nWhat the pages cite; `beltrami cite EXPR` prints the BibTeX entries behind one derivative.\n",
        );
        for work in &self.works {
            let field = |name: &str| {
                work.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
            };
            let venue = ["journal", "booktitle", "publisher", "institution", "school"]
                .into_iter()
                .find_map(field);
            let _ = write!(page, "\n## {}\n\n", work.key);
            let _ = write!(
                page,
                "{}. *{}*.",
                field("author").unwrap_or_default(),
                field("title").unwrap_or_default()
            );
            for part in [venue, field("year")].into_iter().flatten() {
                let _ = write!(page, " {part}.");
            }
            if let Some(doi) = field("doi") {
                let _ = write!(page, " [doi:{doi}](<https://doi.org/{doi}>)");
            }
            if let Some(eprint) = field("eprint") {
                let _ = write!(page, " [arXiv:{eprint}](https://arxiv.org/abs/{eprint})");
            }
            page.push('\n');
        }
        page
    }
}

/// TeX accents and braces as plain text.
fn plain(value: &str) -> String {
    const ACCENTS: &[(&str, &str)] = &[
        ("\\'e", "é"),
        ("\\\"o", "ö"),
        ("\\\"u", "ü"),
        ("\\\"a", "ä"),
        ("\\={a}", "ā"),
        ("\\&", "&"),
        ("--", "–"),
        ("\\`e", "è"),
    ];
    let mut text = value.to_owned();
    for (tex, letter) in ACCENTS {
        text = text.replace(tex, letter);
    }
    text.replace(['{', '}', '\\'], "")
}

#[cfg(test)]
mod tests {
    use super::Bibliography;

    #[test]
    fn entries_become_paragraphs() {
        let text = "@book{A2008,\n  author = {B\\\"orn, C.},\n  title = {The {X} of Y},\n  year = {2008},\n  doi = {10.1/2}\n}\n";
        let bibliography = Bibliography::parse(text);
        assert!(bibliography.contains("A2008"));
        assert!(
            bibliography
                .page()
                .contains("Börn, C.. *The X of Y*. 2008. [doi:10.1/2](<https://doi.org/10.1/2>)")
        );
    }
}
