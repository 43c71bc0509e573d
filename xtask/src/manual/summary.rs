//! `SUMMARY.md`: the chapters in order, a list of links.

/// The table of contents.
pub struct Summary {
    /// In reading order.
    pub chapters: Vec<Chapter>,
}

/// A line of the table of contents.
pub struct Chapter {
    /// What the sidebar shows.
    pub title: String,
    /// The source, relative to `manual/src`.
    pub path: String,
}

impl Summary {
    /// Reads the lines `- [Title](path.md)`.
    pub fn parse(text: &str) -> Result<Summary, String> {
        let mut chapters = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("- ")) {
            let parts = line
                .strip_prefix("- [")
                .and_then(|rest| rest.strip_suffix(')'))
                .and_then(|rest| rest.split_once("]("));
            let (title, path) =
                parts.ok_or_else(|| format!("SUMMARY.md: `{line}` is not `- [Title](path.md)`"))?;
            chapters.push(Chapter { title: title.to_owned(), path: path.to_owned() });
        }
        Ok(Summary { chapters })
    }
}
