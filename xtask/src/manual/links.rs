//! The link check: every relative link of the built pages leads to a page, and to an anchor in it, or to a picture.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::repository::read;

/// Links of the pages under a folder that lead nowhere.
pub fn broken(folder: &Path) -> Result<Vec<String>, String> {
    let mut pages = BTreeMap::new();
    collect(folder, &mut pages)?;
    let mut problems = Vec::new();
    let anchors: BTreeMap<&PathBuf, BTreeSet<&str>> =
        pages.iter().map(|(path, text)| (path, values(text, "id").collect())).collect();
    for (page, text) in &pages {
        for link in values(text, "href").chain(values(text, "src")) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let goal = if file.is_empty() {
                page.clone()
            } else {
                normal(&page.parent().unwrap_or(folder).join(file))
            };
            let found = match anchors.get(&goal) {
                Some(ids) => anchor.is_empty() || ids.contains(anchor),
                None => anchor.is_empty() && goal.is_file(),
            };
            if !found {
                problems.push(format!(
                    "{}: `{link}` leads nowhere",
                    page.strip_prefix(folder).unwrap_or(page).display()
                ));
            }
        }
    }
    Ok(problems)
}

fn collect(folder: &Path, pages: &mut BTreeMap<PathBuf, String>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let text = read(&path)?;
            pages.insert(path, text);
        }
    }
    Ok(())
}

/// The values of an attribute, wherever it stands in a tag.
fn values<'a>(html: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    html.split('<').filter_map(|piece| piece.split_once('>').map(|(tag, _)| tag)).filter_map(
        move |tag| {
            let place = tag.find(&format!(" {attribute}=\""))?;
            tag[place + attribute.len() + 3..].split('"').next()
        },
    )
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => _ = result.pop(),
            Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    #[test]
    fn attributes_are_found() {
        let html = "<p id=\"a\"><a class=\"x\" href=\"b.html#c\">d</a> href=\"no\"</p>";
        assert_eq!(super::values(html, "href").collect::<Vec<_>>(), ["b.html#c"]);
        assert_eq!(super::values(html, "id").collect::<Vec<_>>(), ["a"]);
    }
}
