//! `cargo xtask manual`: the manual as HTML, from `manual/src`, the operations' pages and the error codes' pages.
//!
//! Formulas become MathML here, so that a page needs no script and nothing from the network.

mod bibliography;
mod generated;
mod include;
mod links;
mod render;
mod summary;

use std::path::Path;

use crate::Outcome;
use crate::repository::{files, read, root, target, write};
use bibliography::Bibliography;
use render::Renderer;
use summary::{Chapter, Summary};

const STYLE: &str = include_str!("style.css");

/// One page of the manual: where it goes, relative to the root of the manual, and its Markdown.
#[derive(Debug)]
struct Page {
    /// The path with the extension of the source: `operations/trace.md`.
    path: String,
    /// The title in the sidebar.
    title: String,
    /// The text, includes already in place.
    markdown: String,
}

/// Builds the manual into `target/manual` and checks its links.
pub fn run() -> Outcome {
    let source = root().join("manual/src");
    let bibliography = Bibliography::parse(&read(&root().join("crates/beltrami/references.bib"))?);
    let summary = Summary::parse(&read(&source.join("SUMMARY.md"))?)?;
    let mut includes = include::Includes::default();
    let mut pages = Vec::new();
    let mut sections = Vec::new();
    for chapter in summary.chapters {
        let children = match chapter.path.as_str() {
            "operations/index.md" => generated::operations(),
            "errors/index.md" => generated::errors(),
            "references.md" => vec![Page {
                path: chapter.path.clone(),
                title: chapter.title.clone(),
                markdown: bibliography.page(),
            }],
            _ => vec![read_page(&source, &chapter, &mut includes)?],
        };
        let range = pages.len()..pages.len() + children.len();
        pages.extend(children);
        sections.push(Section { title: chapter.title, pages: range });
    }
    includes.all_used()?;

    let out = target().join("manual");
    if out.exists() {
        std::fs::remove_dir_all(&out)
            .map_err(|error| format!("cannot empty {}: {error}", out.display()))?;
    }
    let renderer = Renderer::new(&bibliography);
    let mut problems = Vec::new();
    for (place, page) in pages.iter().enumerate() {
        let body = renderer.html(&page.markdown, &up(page), &mut |problem| {
            problems.push(format!("{}: {problem}", page.path))
        });
        write(&out.join(html_path(&page.path)), &layout(&pages, &sections, place, &body))?;
    }
    write(&out.join("style.css"), STYLE)?;
    for picture in files("manual/src/pictures", "svg") {
        let name = picture.file_name().unwrap_or_default();
        write(&out.join("pictures").join(name), &read(&picture)?)?;
    }
    problems.extend(links::broken(&out)?);
    if problems.is_empty() {
        println!("manual: {} pages in {}", pages.len(), out.display());
        Ok(())
    } else {
        Err(format!("the manual has {} defects:\n  {}", problems.len(), problems.join("\n  ")))
    }
}

fn read_page(
    source: &Path,
    chapter: &Chapter,
    includes: &mut include::Includes,
) -> Result<Page, String> {
    let file = source.join(&chapter.path);
    let text = read(&file)?;
    let markdown = includes.expand(&text, file.parent().unwrap_or(source))?;
    Ok(Page { path: chapter.path.clone(), title: chapter.title.clone(), markdown })
}

/// A line of the summary with the pages below it; the first is the chapter itself.
struct Section {
    title: String,
    pages: std::ops::Range<usize>,
}

/// The way from a page to the root of the manual.
fn up(page: &Page) -> String {
    "../".repeat(page.path.matches('/').count())
}

fn html_path(path: &str) -> String {
    format!("{}.html", path.trim_end_matches(".md"))
}

fn layout(pages: &[Page], sections: &[Section], place: usize, body: &str) -> String {
    let page = &pages[place];
    let up = up(page);
    let entry = |at: usize, title: &str| {
        let current = if at == place { " aria-current=\"page\"" } else { "" };
        format!(
            "<a href=\"{up}{}\"{current}>{}</a>",
            html_path(&pages[at].path),
            render::inline(title)
        )
    };
    let mut sidebar = String::new();
    for section in sections {
        let first = section.pages.start;
        sidebar.push_str(&format!("<li>{}", entry(first, &section.title)));
        if section.pages.len() > 1 {
            let open = if section.pages.contains(&place) { " open" } else { "" };
            sidebar.push_str(&format!(
                "<details{open}><summary>{} pages</summary><ul>",
                section.pages.len() - 1
            ));
            for at in section.pages.clone().skip(1) {
                sidebar.push_str(&format!("<li>{}</li>", entry(at, &pages[at].title)));
            }
            sidebar.push_str("</ul></details>");
        }
        sidebar.push_str("</li>\n");
    }
    let mut turn = String::new();
    if place > 0 {
        turn.push_str(&format!("<span>← {}</span>", entry(place - 1, &pages[place - 1].title)));
    }
    if place + 1 < pages.len() {
        turn.push_str(&format!("<span>{} →</span>", entry(place + 1, &pages[place + 1].title)));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{} · Beltrami</title>\n\
         <link rel=\"stylesheet\" href=\"{up}style.css\">\n</head>\n<body>\n\
         <nav><p><strong>Beltrami</strong></p>\n<ul>\n{sidebar}</ul></nav>\n\
         <main>\n{body}<footer>{turn}</footer>\n</main>\n</body>\n</html>\n",
        render::escaped(&page.title.replace('`', ""))
    )
}
